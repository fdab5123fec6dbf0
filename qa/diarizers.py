"""Which way the speakers of mono recordings are told apart, and its models."""

from __future__ import annotations

from ..audio import pyannote_pipeline
from ..audio.diarize import VoiceDiarizer
from ..audio.embedding import SpeakerEmbedder
from ..audio.pyannote_backend import PyannoteDiarizer
from ..audio.segmentation import Segmenter
from ..audio.turns import Diarizer
from ..errors import readable
from ..models.catalogue import PYANNOTE_SEGMENTATION, PYANNOTE_TORCH, WESPEAKER
from ..models.pretrained import pipeline_folder
from ..models.store import ModelStore
from ..settings import Recognition, Settings


def mono_name(wanted: Recognition) -> str:
    """What tells the speakers of mono recordings apart, as results name it."""
    if wanted.diarizer == "onnx":
        return VoiceDiarizer.name
    if not wanted.pyannote_pipeline:
        return pyannote_pipeline.LOCAL_NAME
    return f"pyannote ({readable(wanted.pyannote_pipeline)})"


def load_diarizer(settings: Settings, store: ModelStore, device: str = "cpu") -> Diarizer:
    """What tells the speakers of mono recordings apart.

    Raises:
        UsageError: pyannote.audio is not installed. ModelError: weights are missing, damaged or cannot be fetched.
    """
    wanted = settings.recognition
    if wanted.diarizer == "pyannote" and wanted.pyannote_pipeline:
        folder = pipeline_folder(wanted.pyannote_pipeline, settings.models)
        pipeline = pyannote_pipeline.named_pipeline(folder, device)
        return PyannoteDiarizer(pipeline, mono_name(wanted))
    embedder = SpeakerEmbedder(store.path(WESPEAKER))
    if wanted.diarizer == "onnx":
        return VoiceDiarizer(embedder, Segmenter(store.path(PYANNOTE_SEGMENTATION)))
    weights = store.path(PYANNOTE_TORCH)
    pipeline = pyannote_pipeline.local_pipeline(weights, embedder, device)
    return PyannoteDiarizer(pipeline, mono_name(wanted))

"""callqa: speech analytics and call QA for contact centres, Mandarin first.

The names below are the public ones; each is imported when it is first asked for, so that `import callqa` costs nothing.
"""

__version__ = "0.1.0"

_PUBLIC = {
    "CallResult": "callqa.qa.result",
    "CallqaError": "callqa.errors",
    "Checklist": "callqa.scoring.checklist",
    "Settings": "callqa.settings",
    "Transcript": "callqa.transcribe.transcript",
    "score_calls": "callqa.qa.session",
}

__all__ = ["CallResult", "CallqaError", "Checklist", "Settings", "Transcript", "score_calls"]


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])

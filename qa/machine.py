"""The machine that a run was measured on."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Machine:
    """What figures depend on besides the models.

    Attributes:
        cores: CPU cores that this process may use.
        load: processes that wanted a core, mean of the last minute; None on Windows.
    """

    system: str
    cores: int
    python: str
    load: float | None

    @classmethod
    def here(cls) -> Machine:
        return cls(
            f"{platform.system()} {platform.machine()}",
            usable_cores(),
            platform.python_version(),
            os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        )


def usable_cores() -> int:
    """The cores that this process may use, where the system tells; else all."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Counters(ctypes.Structure):  # PROCESS_MEMORY_COUNTERS of psapi.h
        _fields_ = (
            ("cb", wintypes.DWORD),
            ("PageFaultCount", wintypes.DWORD),
            ("PeakWorkingSetSize", ctypes.c_size_t),
            *((f"other{number}", ctypes.c_size_t) for number in range(7)),
        )

    def peak_memory() -> int | None:
        """The most memory that this process has held in RAM so far, in bytes; None where the system does not tell."""
        counters = _Counters()
        counters.cb = ctypes.sizeof(counters)
        kernel = ctypes.WinDLL("kernel32")
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        ask = kernel.K32GetProcessMemoryInfo
        ask.argtypes = (wintypes.HANDLE, ctypes.POINTER(_Counters), wintypes.DWORD)
        found = ask(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
        return int(counters.PeakWorkingSetSize) if found else None

else:

    def peak_memory() -> int | None:
        """The most memory that this process has held in RAM so far, in bytes; None where the system does not tell."""
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024  # kilobytes everywhere else

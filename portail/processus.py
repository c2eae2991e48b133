"""Ties between a process and its parent."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1


def suivre_le_parent(fin: signal.Signals) -> None:
    """Ask the kernel to send `fin` to this process when its parent ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(fin))

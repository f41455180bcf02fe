"""What tests of crashes may change: the point of the crash and the lease. Off unless PORTAL_FAULTS=1."""

import os
import signal


def _wanted() -> bool:
    return os.environ.get("PORTAL_FAULTS") == "1"


def crash_point(name: str) -> None:
    """Die here by SIGKILL when the environment names this point: before_claim, after_claim, after_send, after_mark."""
    if _wanted() and os.environ.get("PORTAL_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)


def lease_seconds(usual: int) -> int:
    """How long a claimed delivery is held; a test shortens it so as not to wait two minutes for a dead worker."""
    return int(os.environ.get("PORTAL_LEASE_SECONDS", usual)) if _wanted() else usual

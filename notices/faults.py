"""Points at which a test may kill the process, to prove what a crash there costs. Off unless PORTAL_FAULTS=1."""

import os
import signal


def crash_point(name: str) -> None:
    """Die here by SIGKILL when the environment names this point: before_claim, after_claim, after_send, after_mark."""
    if os.environ.get("PORTAL_FAULTS") == "1" and os.environ.get("PORTAL_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)

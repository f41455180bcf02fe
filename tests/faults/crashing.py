"""An import that dies by SIGKILL once so many steps are done. Run as `manage.py shell -c "from tests.faults.crashing import run; run(7)"`."""

import os
import signal

from branch_portal import jobs
from members.actions import imports


class _Mortal(jobs.Progress):
    last = 0

    def step(self, done: int) -> None:
        super().step(done)
        if done >= self.last > 0:
            os.kill(os.getpid(), signal.SIGKILL)


def run(last: int) -> None:
    """One job; `last` is the step that it does not survive, 0 for none. Rows are written ten at a time."""
    imports._CHUNK = 10
    _Mortal.last = last
    jobs.Progress = _Mortal
    print("RAN", jobs.run_one())

"""Child processes that never outlive the launcher, and leftovers of a launcher that was killed."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def die_with_parent(number: int) -> Callable[[], None]:
    """A `preexec_fn`: the kernel signals the child when the thread that started it ends (Linux; elsewhere nothing)."""
    try:
        prctl = ctypes.CDLL(None).prctl
    except AttributeError:
        return lambda: None
    launcher = os.getpid()

    def before_exec() -> None:
        prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != launcher:  # the launcher died between fork and here
            os._exit(1)

    return before_exec


def start(
    command: list[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    death_signal: int = signal.SIGTERM,
    feed: str = "",
    user: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own (Ctrl-C reaches the launcher alone), its output appended to `log`.

    `feed` is handed over on standard input: secrets go there, not into the command line.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=die_with_parent(death_signal),
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    if feed and child.stdin:
        child.stdin.write(feed.encode())
        child.stdin.close()
    return child


def signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def stop(child: subprocess.Popen[bytes], *, first: int = signal.SIGTERM, patience: float = 20.0) -> None:
    """Ask the child to end, wait, then end its whole group."""
    if child.poll() is None:
        try:
            child.send_signal(first)
            child.wait(patience)
        except (subprocess.TimeoutExpired, ProcessLookupError):
            pass
    signal_group(child.pid, signal.SIGKILL)
    child.wait(10)


def birth(pid: int) -> str:
    """When the process started, in clock ticks since boot; empty when it does not exist. Tells a reused pid from the old one."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    # The name in brackets may hold spaces and brackets itself; field 22 is counted after its end.
    fields = text.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]


def end_leftovers(known: Iterable[tuple[int, str]], *, patience: float = 15.0) -> int:
    """End processes (pid, birth) that a killed launcher left behind; returns how many there were."""
    alive = [pid for pid, born in known if born and birth(pid) == born]
    for pid in alive:
        signal_group(pid, signal.SIGINT)
    deadline = time.monotonic() + patience
    while any(birth(pid) for pid in alive) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in alive:
        if birth(pid):
            signal_group(pid, signal.SIGKILL)
    return len(alive)


def log_tail(log: Path, lines: int = 12) -> str:
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])

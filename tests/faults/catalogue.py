"""Every fault that the portal is judged by: its number, what breaks, what must hold, and why it is not run where it is not.

`make faults` prints one line for each; `tests/faults/test_catalogue.py` sees that tests and catalogue name the same numbers.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """`not_run` is the reason of a number that no test carries."""

    number: str
    title: str
    expected: str
    not_run: str = ""


_ALL = (
    Fault("F1", "all PostgreSQL processes killed under writing", "nothing acknowledged is lost, back within 30 s"),
    Fault("F2", "one backend killed inside a transaction", "that request is refused in words, nothing of it stays"),
    Fault("F3", "PostgreSQL frozen for 20 s", "pages fail in time and work again without a restart"),
    Fault("F4", "PostgreSQL restarted under load", "a few seconds of 503, no stale connection afterwards"),
    Fault("F5", "PostgreSQL started right after a kill", "its first start succeeds, or the next one does"),
    Fault("F6", "all connections taken", "a quick 503, the superuser gets in, back when they are free"),
    Fault("F7", "an idle transaction holds a lock", "others wait 3 s at most, the idle one is ended"),
    Fault("F8", "disk full under PostgreSQL", "refusal or shutdown, nothing acknowledged lost once there is room"),
    Fault("F9", "disk full under media", "507 in words; no row without file, no file without row"),
    Fault("F10", "disk full under /tmp", "507 in words, nothing temporary left"),
    Fault("F11", "Redis killed again and again, nothing kept", "I1 to I5 hold"),
    Fault("F12", "Redis frozen for 60 s", "pages are as fast as before"),
    Fault("F13", "Redis flushed", "nothing lost, at most 30 s late"),
    Fault("F14", "Redis out of memory", "the timer goes on from PostgreSQL"),
    Fault("F15", "connections to Redis reset every second", "work is taken again within 10 s of calm"),
    Fault("F16", "worker killed at each point of a sending", "0, 0, 1, 0 extra copies"),
    Fault("F17", "worker's child killed by its job", "given up after two tries and told; the queue goes on"),
    Fault("F18", "worker told to stop in a long job", "the job ends or is taken over; the worker is gone in 60 s"),
    Fault("F19", "worker asleep for longer than its lease", "its late result is refused, one extra copy at most"),
    Fault("F20", "beat killed, two beats, no beat", "no slot missed, none told twice"),
    Fault("F21", "clock two hours or a day off", "no reminder early, none lost, and it is told"),
    Fault("F22", "web master stopped or killed with requests under way", "TERM: they end and new ones wait"),
    Fault("F23", "web worker killed in the middle of a POST", "rolled back; sent again with its key it is one row"),
    Fault("F24", "a page that does not end, a web worker that hangs", "rolled back, others served, worker replaced"),
    Fault("F25", "nginx reloaded during an upload", "the upload completes"),
    Fault("F26", "client gone in mid upload; slow body, slow reader", "no orphan after the sweep, others as fast"),
    Fault("F27", "mail server refuses, hangs, drips, lies", "tried again or dead with its reason; 10 s a try at most"),
    Fault("F28", "robot answers 200 with an error, garbage, a ban", "success only by its own code; a ban is waited out"),
    Fault("F29", "message taken, answer lost", "one extra copy per lost answer at most"),
    Fault("F30", "names not resolved, or to this machine", "no call inside, tried again"),
    Fault("F31", "fifty submissions of one form at once", "one row, one answer"),
    Fault("F32", "two people change, move or remove one thing", "one wins, the other is told; nothing lost in silence"),
    Fault("F33", "one member signs in on three phones at once", "one line of the roll"),
    Fault("F34", "killed in the middle of an import", "none or all; taken up again without duplicates"),
    Fault("F35", "one file imported by two people at once", "entered once"),
    Fault("F36", "role revoked while the export runs", "refused when it runs, and when it is fetched"),
    Fault("F37", "migration under load", "short waits, old code works on the new schema"),
    Fault("F38", "migration killed half-way", "run again it completes"),
    Fault("F39", "older version on a newer schema", "works or refuses in words"),
    Fault("F40", "restored on an empty machine", "the same rows and files"),
    Fault("F41", "back to a point in time before a bad delete", "the same rows"),
    Fault("F42", "one byte changed in a backup or a file", "found and named"),
    Fault("F43", "WAL archive away", "alarm, then it catches up"),
    Fault("F44", "backups empty or old", "alarm"),
    Fault("F45", "key file missing or wrong", "refuses to start"),
    Fault("F46", "rotation of keys killed half-way", "both readable, resumed, nothing lost"),
    Fault("F47", "server in UTC or New York, no time zone data", "the same reminders and dates"),
    Fault("F48", "locale C, Chinese file names", "uploads and downloads work"),
    Fault("F49", "little memory", "ordinary work is done, a bomb costs only its child"),
    Fault(
        "F50",
        "power cut",
        "nothing acknowledged is lost",
        "needs a machine whose power can be cut; F1 and F8 are the nearest that one machine allows",
    ),
)  # fmt: skip

CATALOGUE = {fault.number: fault for fault in _ALL}

"""People at work while things break: each signs in, announces, records with a roll, edits, uploads and notifies.

Whatever is not answered with success is sent again with the same one-time key, as a person would. What was acknowledged is
in `log`, and `tests/faults/invariants.py` asks the database for it afterwards.
"""

import datetime
import hashlib
import http.client
import itertools
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from branch_portal.dates import today_shanghai
from tests.faults.client import Answer, Browser, NoForm

PEOPLE = ("secretary_a", "officer_a", "secretary_b", "secretary_d")
_numbers = itertools.count(1)
_OUTAGE = (OSError, http.client.HTTPException, NoForm)


class Refused(Exception):
    """An answer that trying again does not change: the workload itself is wrong, or the portal is."""


@dataclass
class Log:
    """What clients were told, and what else they met."""

    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    slowest_refusal: float = 0.0
    mistakes: list[str] = field(default_factory=list)
    given_up: int = 0
    who: Counter[str] = field(default_factory=Counter)

    def keys(self, kind: str) -> list[str]:
        return [key for each, key in self.acknowledged if each == kind]

    @property
    def words(self) -> str:
        middle = statistics.median(self.seconds) if self.seconds else 0
        met = (
            ", ".join(f"{number} × {name}" for name, number in sorted(self.troubles.items())) or "no refusal"
        )
        return f"{len(self.acknowledged)} acknowledged (median {middle:.2f} s; {met})"


class Workload:
    """`with Workload(site) as work:` – the fault happens inside; leaving it lets everybody finish what they began."""

    def __init__(self, site, people: tuple[str, ...] = PEOPLE, *, patience: float = 120) -> None:
        self.site, self.people, self.patience = site, people, patience
        self.log = Log()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._deadline = float("inf")
        self._threads = [threading.Thread(target=self._work, args=(name,), daemon=True) for name in people]

    def __enter__(self) -> "Workload":
        for thread in self._threads:
            thread.start()
        # The fault is to meet people who are signed in and at work.
        self.wait_for(len(self.people) * 3)
        return self

    def __exit__(self, *_: object) -> None:
        self._deadline = time.monotonic() + self.patience
        self._ended.set()
        for thread in self._threads:
            thread.join(self.patience + 90)
        assert not any(thread.is_alive() for thread in self._threads), "a client hangs"
        assert not self.log.mistakes, self.log.mistakes[:3]

    def wait_for(self, more: int, timeout: float = 180) -> None:
        """Until so many more things were acknowledged."""
        goal, until = len(self.log.acknowledged) + more, time.monotonic() + timeout
        while len(self.log.acknowledged) < goal:
            assert not self.log.mistakes, self.log.mistakes[:3]
            assert time.monotonic() < until, f"{more} acknowledgements did not come: {self.log.words}"
            time.sleep(0.05)

    def _work(self, name: str) -> None:
        person = _Person(self, name)
        try:
            person.until_done(person.sign_in)
            actions = itertools.cycle(
                (person.record, person.upload, person.edit, person.announce, person.notify)
            )
            while not self._ended.is_set():
                next(actions)()
        except _GivenUp:
            with self._lock:
                self.log.given_up += 1
        except Exception as error:
            # A thread's exception would be lost; the test shows it.
            with self._lock:
                self.log.mistakes.append(f"{name}: {error!r}")

    def acknowledge(self, who: str, kind: str, key: str, seconds: float) -> None:
        with self._lock:
            self.log.acknowledged.append((kind, key))
            self.log.who[f"{kind}:{who}"] += 1
            self.log.seconds.append(seconds)

    def trouble(self, name: str, seconds: float) -> None:
        with self._lock:
            self.log.troubles[name] += 1
            self.log.slowest_refusal = max(self.log.slowest_refusal, seconds)

    @property
    def over(self) -> bool:
        return time.monotonic() > self._deadline


class _GivenUp(Exception):
    """The site did not come back in time."""


class _Person:
    def __init__(self, work: Workload, name: str) -> None:
        self.work, self.name = work, name
        self.browser = Browser(work.site.port)
        self.record_url, self.marker = "", ""

    def until_done(self, step: Callable[[], Answer]) -> Answer:
        """The same step again until it is answered with success."""
        while True:
            begun = time.monotonic()
            try:
                answer = step()
                if answer.status < 400:
                    return answer
                if answer.status < 500:
                    raise Refused(f"{answer.status}: {answer.text[:500]}")
                self.work.trouble(str(answer.status), time.monotonic() - begun)
            except _OUTAGE as error:
                self.work.trouble(type(error).__name__, time.monotonic() - begun)
            if self.work.over:
                raise _GivenUp
            time.sleep(0.2)

    def send(self, path: str, data: dict, **files) -> Answer:
        """One submission, with its key, until it is answered; success is a redirect."""
        answer = self.until_done(lambda: self.browser.post(path, data, **files))
        if answer.status != 302:
            words = " ".join(line.strip() for line in answer.text.splitlines() if "error" in line)
            raise Refused(f"{path} was shown again: {words[:800]}")
        return answer

    def offered(self, path: str, name: str = "submission_key") -> dict[str, str]:
        found: dict[str, str] = {}

        def look() -> Answer:
            found.clear()
            found.update(self.browser.form(path, name))
            return Answer(200, "", "", 0)

        self.until_done(look)
        return dict(found)

    def done(self, kind: str, key: str, answer: Answer) -> None:
        self.work.acknowledge(self.name, kind, key, answer.seconds)

    def key(self, kind: str) -> str:
        return f"{kind}-{self.name}-{next(_numbers):05d}"

    # --- What they do ---

    def sign_in(self) -> Answer:
        answer = self.browser.sign_in(self.name)
        if answer.status == 302:
            self.done("sign_in", self.name, answer)
        elif answer.status == 200:
            raise Refused("signing in was refused")
        return answer

    def record(self) -> None:
        path, key = "/activities/new/theme_day/", self.key("record")
        number = next(_numbers)
        typed = {
            "theme": key, "on_date": today_shanghai().isoformat(), "start": "15:00", "end": "16:30",
            "place": "村部会议室", "content": f"第 {number} 次学习。", "common_reason": "外出务工",
            "absent_line": "1",
        }  # fmt: skip
        answer = self.send(path, self.offered(path) | typed)
        self.record_url = answer.location.partition("#")[0]
        self.done("record", key, answer)

    def edit(self) -> None:
        path, key = f"{self.record_url}edit/", self.key("edit")
        begun = time.monotonic()
        # Who gets no answer does not know whether it was saved: the page is looked at again, and tells.
        while True:
            fields = self.offered(path, "version")
            if fields["content"].strip() == key:
                answer = Answer(302, "", "", time.monotonic() - begun)
                break
            try:
                answer = self.browser.post(path, fields | {"content": key})
                if answer.status == 302:
                    break
                self.work.trouble(str(answer.status), answer.seconds)
            except _OUTAGE as error:
                self.work.trouble(type(error).__name__, 0)
            if self.work.over:
                raise _GivenUp
            time.sleep(0.2)
        self.done("edit", key, answer)

    def upload(self) -> None:
        key = self.key("upload")
        content = b"%PDF-1.4\n" + key.encode() + b"\n" + b"%" * 200_000 + b"\n%%EOF"
        fields = self.offered(self.record_url)
        files = {"files": {"files": (f"{key}.pdf", content)}}
        answer = self.send(f"{self.record_url}attachments/", fields, **files)
        self.done("upload", hashlib.sha256(content).hexdigest(), answer)

    def announce(self) -> None:
        path, key = "/activities/announce/?kind=theme_day", self.key("announce")
        day = today_shanghai() + datetime.timedelta(days=7)
        typed = {
            "theme": key,
            "on_date": day.isoformat(),
            "start": "15:00",
            "end": "16:30",
            "place": "村部会议室",
        }
        answer = self.send(path, self.offered(path) | typed)
        self.done("announce", key, answer)

    def notify(self) -> None:
        key = self.key("notice")
        due = today_shanghai() + datetime.timedelta(days=3)
        typed = {
            "title": key, "text": "请带好学习笔记。", "wanted": "attend", "due_day": due.isoformat(),
            "due_time": "18:00", "reach": "all",
        }  # fmt: skip
        draft = self.send("/notices/new/", self.offered("/notices/new/") | typed)
        answer = self.send(draft.location, self.offered(draft.location, "version"))
        self.done("notice", key, answer)

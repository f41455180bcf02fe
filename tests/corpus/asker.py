"""Sends forms as their readers would, undoes each, and says what is wrong with the answer."""

import logging
import re
import unicodedata

from django.db import connection, transaction
from django.test import Client

from tests.corpus.pages import READERS, Form
from tests.test_access import fingerprint

ENCODED = "application/x-www-form-urlencoded"
#: Markup that only a payload of ours would write.
LIVE = re.compile(rb"<script>alert|<img src=x|<i>Zq|49\$\{")
#: Written also by a form that was refused: its one-time key, what counts tries, and the reader's own sign-in.
BOOKKEEPING = re.compile(
    "submissionkey|django_session|securityevent|loginattempt|secret|throttle|members_user$"
)


class Asker:
    """All readers, signed in once."""

    def __init__(self, world):
        self._signed_in = {}
        for name in READERS:
            client = Client(raise_request_exception=False)
            client.force_login(getattr(world, name))
            self._signed_in[name] = (client, client.cookies.copy())
        self.statuses: dict[int, int] = {}

    def post(self, reader: str, path: str, body: str, content_type: str = ENCODED, **headers) -> list[str]:
        """What is wrong with the answer to this form, and with the page it leads to."""
        with transaction.atomic():
            before = fingerprint()
            answer, findings = self._asked(reader, path, body, content_type, headers)
            touched = {name for name, *_ in set(fingerprint()) - set(before)}
            transaction.set_rollback(True)
        touched = {name for name in touched if not BOOKKEEPING.search(name)}
        if answer.status_code not in (200, 302) or not touched:
            return findings
        if answer.status_code == 200 and _is_refusal(answer):
            # Something was written, and perhaps undone: looked at again, row by row.
            findings += self._left_behind(reader, path, body, content_type, headers, touched)
        return findings

    def _asked(self, reader, path, body, content_type, headers):
        client, cookies = self._signed_in[reader]
        client.cookies = cookies.copy()
        answer = client.post(path, body, content_type=content_type, headers=headers)
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        findings = _wrong(answer, path)
        if answer.status_code == 302 and answer["Location"].startswith("/"):
            findings += _wrong(client.get(answer["Location"]), f"{path} → {answer['Location']}")
        return answer, findings

    def _left_behind(self, reader, path, body, content_type, headers, touched) -> list[str]:
        with transaction.atomic():
            before = {name: _rows(name) for name in touched}
            self._asked(reader, path, body, content_type, headers)
            left = [name for name in touched if _rows(name) != before[name]]
            transaction.set_rollback(True)
        return [f"{path} was refused and changed {', '.join(sorted(left))}"] if left else []


def _wrong(answer, path: str) -> list[str]:
    if answer.status_code >= 500:
        return [f"{answer.status_code} {path}"]
    if not answer.streaming and "json" not in answer.get("Content-Type", "") and LIVE.search(answer.content):
        return [f"{path} shows typed markup as markup"]
    return []


def _is_refusal(answer) -> bool:
    return not answer.streaming and (b"invalid-feedback" in answer.content or b"errorlist" in answer.content)


def _rows(table: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*), sum(hashtextextended(t::text, 0)) FROM "{table}" t')
        return cursor.fetchone()


def mixed(form: Form, values: list[str], turn: int) -> str:
    """The form with every field that takes any text, and every other of its hidden and chosen ones, full of the values."""
    others = {}
    for place, field in enumerate(form.fields):
        if field.name in ("csrfmiddlewaretoken", "submission_key") or not (field.free or (place + turn) % 2):
            continue
        others[field.name] = values[(place + turn) % len(values)]
    return "&".join(f"{name}={value}" for name, value in form.typed(**others))


class QuietLog(logging.Handler):
    """Keeps log lines that carry what typed text must not bring along: ends of lines, direction marks, escapes."""

    def __init__(self):
        super().__init__()
        self.raw: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if any(unicodedata.category(each) in ("Cc", "Cf", "Cs") for each in line):
            self.raw.append(repr(line)[:200])

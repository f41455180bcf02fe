"""Work requests: which state may lead where, what an answer may be, and when two questions are the same. Pure functions."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation

from branch_portal.dates import DateError, add_months, parse_date

DRAFT, SENT, CLOSED, WITHDRAWN = "draft", "sent", "closed", "withdrawn"
WAITING, ANSWERED, RETURNED, KNOWN = "waiting", "answered", "returned", "known"
SHORT, LONG, NUMBER, DATE, YES_NO, CHOICE, FILE = (
    "short", "long", "number", "date", "yes_no", "choice", "file",
)  # fmt: skip
YES_NO_LABELS = {"yes": "是", "no": "否"}
#: Decision 0.1: one request asks for so much at most; more is a form to be filled from the portal's own data.
MOST_FREE, MOST_HELD = 12, 30
#: How far back earlier answers are looked for, whatever their validity.
LOOK_BACK_MONTHS = 12

REQUEST_STEPS: Mapping[str, Mapping[str, str]] = {
    "send": {DRAFT: SENT},
    "close": {SENT: CLOSED},
    "withdraw": {SENT: WITHDRAWN},
}
BRANCH_STEPS: Mapping[str, Mapping[str, str]] = {
    "answer": {WAITING: ANSWERED, RETURNED: ANSWERED, ANSWERED: ANSWERED},
    "return": {ANSWERED: RETURNED},
}


def next_state(steps: Mapping[str, Mapping[str, str]], action: str, state: str) -> str | None:
    """Where the action leads from the state, or None where it may not be done."""
    return steps[action].get(state)


def answer_closed(
    *, state: str, branch_state: str, deadline: datetime.datetime, now: datetime.datetime
) -> str:
    """Why the branch cannot answer (any more), in words; "" while it can.

    A first answer is taken after the deadline too, and so is a returned one; a correction only until then.
    """
    if state == WITHDRAWN:
        return "这项要求已经撤回，不用填报。"
    if state != SENT:
        return "这项要求已经办结，需要更改的请直接联系提出要求的党组织。"
    if branch_state == KNOWN:
        return "所需内容系统都已有，本支部不用填报。"
    if branch_state == ANSWERED and now > deadline:
        return "截止时间已过，需要更改的请直接联系提出要求的党组织，由其退回后修改。"
    return ""


# --- When two questions are the same ---

_PUNCTUATION = re.compile(r"[^\w%]|_")
#: Words before the thing that is asked: “请填写本支部志愿者人数（人）” asks for 志愿者数.
_BEFORE = re.compile(r"^(请|填写|填报|上报|报送|本支部|本党支部|你支部|贵支部|现有|目前|当前)+")
#: Ways to say a number. 人数 is one of them after a word for people only: 主题党日人数 is not 主题党日数.
_NUMBER_WORDS = re.compile(
    r"(的?(数量|个数|总数|数目|总数量)|(?<=[者员人部表众生工属])的?总?人数|(?<![人次岁分])数)$"
)
#: Remarks on how to fill in. A period or a unit of money in brackets is part of the question.
_REMARKS = re.compile(r"[（(\[【](单位[:：])?(人|名|个|次|件|篇|户|必填|选填|可不填)[）)\]】]")


def normalised(label: str) -> str:
    """A label in the form by which questions are compared: without marks, remarks and the words around the thing asked.

    Rather two questions too many than one that is taken for another: a match here can refuse a request.
    """
    plain = unicodedata.normalize("NFKC", label).lower()
    bare = _PUNCTUATION.sub("", _REMARKS.sub("", plain)) or _PUNCTUATION.sub("", plain)
    core = _BEFORE.sub("", bare) or bare
    return _NUMBER_WORDS.sub("数", core)[:80]


def still_valid(stated_on: datetime.date, months: int, day: datetime.date) -> bool:
    """Whether an answer stated on a day still stands on another."""
    return day < add_months(stated_on, months)


def fits(kind: str, value: str, choices: Collection[str]) -> bool:
    """Whether an earlier answer may be offered for a field of this kind."""
    if not value or kind == FILE:
        return False
    if kind == CHOICE:
        return value in choices
    return stored(kind, value) is not None


# --- One stored form per kind ---


def stored(kind: str, value: str) -> str | None:
    """The answer in its stored form: number as plain decimal, date as ISO, yes or no; None for what is none."""
    text = value.strip()
    if not text:
        return ""
    if kind == NUMBER:
        return _number(text)
    if kind == DATE:
        try:
            return parse_date(text).isoformat()
        except DateError:
            return None
    if kind == YES_NO:
        return text if text in YES_NO_LABELS else None
    return text


def _number(text: str) -> str | None:
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,4})?", plain, re.ASCII):
        return None
    number = Decimal(plain).normalize()
    return f"{number:f}"


def plain_value(kind: str, value: str) -> object:
    """The stored answer as a spreadsheet wants it: a number, a date, or text."""
    if not value:
        return None
    try:
        if kind == NUMBER:
            return Decimal(value)
        if kind == DATE:
            return datetime.date.fromisoformat(value)
    except (InvalidOperation, ValueError):
        return value
    return YES_NO_LABELS.get(value, value) if kind == YES_NO else value

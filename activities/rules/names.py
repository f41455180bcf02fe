"""Names as they come out of a group chat, matched to the list of the day: a 接龙, a pasted list, one name a line.

Only what is certain is taken over: the same name. Same sound and one differing character are suggestions that a person
confirms, namesakes are asked about, and whatever fits nobody is shown. Pure: no database, no clock.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from activities.rules.roll import ABSENT, KEYWORDS, LEAVE, ONLINE, OTHER, PRESENT
from branch_portal.pinyin import lazy_pinyin

MAX_LENGTH = 20_000
MAX_LINES = 600
REASON_LENGTH = 100
SAME_SOUND, ONE_CHARACTER, NAMESAKES = "sound", "character", "namesakes"
WHY = {SAME_SOUND: "同音", ONE_CHARACTER: "差一个字", NAMESAKES: "同名"}

_TITLES = ("同志", "副书记", "书记", "支书", "委员", "组长", "主任", "老师", "党员")
#: Words of chats beside those of the typed line; the longest fits first, so 不参加 is not 参加.
_CHAT_WORDS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("不参加", "不能参加", "无法参加", "参加不了", "不来", "来不了", "去不了", "不去", "有事", "请个假"),
        (LEAVE, OTHER),
    ),
    **dict.fromkeys(("准时参加", "能参加", "能来", "会来", "报到", "已到", "到了", "到"), (PRESENT, "")),
    "远程": (ONLINE, ""),
    "腾讯会议": (ONLINE, ""),
}
WORDS: dict[str, tuple[str, str]] = {
    word: mark
    for word, mark in (KEYWORDS | _CHAT_WORDS).items()
    if word not in {"缺", "免", "正常", "其他", "其它"}
}
_BY_LENGTH = sorted(WORDS, key=lambda word: -len(word))
_WORD = re.compile("|".join(map(re.escape, _BY_LENGTH)))
_AWAY_WORDS = [word for word in _BY_LENGTH if WORDS[word][0] in (LEAVE, ABSENT)]
_AWAY = re.compile("|".join(map(re.escape, _AWAY_WORDS)))
#: Words that are the reason themselves.
_REASONS = {"有事", "出差", "公差"}
#: Two characters at least may hide in a name without a gap behind it; 到 alone is part of too many of them.
_GLUED = re.compile("|".join(re.escape(word) for word in _BY_LENGTH if len(word) > 1))
_NUMBERING = re.compile(r"^\s*[(\[【<]?\s*\d{1,3}\s*(?:[)\]】>.、:,号]|\s)+\s*")
_MENTION = re.compile(r"^[@#*•\-–—+\s]+")
_UNITS = re.compile(r"[、;\t|/]+")
_GAPS = re.compile(r"[\s()\[\]【】<>:,。.!?~\-–—+\"“”'‘’]+")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff〇·]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """One person of the day's list; `key` is what the answer names the person by."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Named:
    """One person that the text names: the status that its words say ("" when they say none) and the rest as the reason."""

    text: str
    name: str
    status: str = ""
    leave_type: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A name that a person has to decide about: who may be meant, and why it is not certain."""

    named: Named
    keys: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Matching:
    """What came of a text: certain ones by key (the last word on somebody wins), doubtful ones, and those of nobody."""

    sure: dict[str, Named]
    doubts: tuple[Doubt, ...] = ()
    unmatched: tuple[Named, ...] = ()
    twice: tuple[str, ...] = ()


def match_names(text: str, people: Sequence[Listed]) -> Matching:
    """Match every name of the text to the list."""
    book = _Book(people)
    sure: dict[str, Named] = {}
    doubts: list[Doubt] = []
    unmatched: list[Named] = []
    twice: list[str] = []
    for named in read_names(text, [person.name for person in people]):
        keys, why = book.candidates(named.name)
        if len(keys) == 1 and not why:
            if keys[0] in sure and named.name not in twice:
                twice.append(named.name)
            sure[keys[0]] = named
        elif keys:
            doubts.append(Doubt(named, tuple(keys), why))
        else:
            unmatched.append(named)
    return Matching(sure, tuple(doubts), tuple(unmatched), tuple(twice))


def read_names(text: str, names: Iterable[str]) -> list[Named]:
    """Split a text into the people it names. The list is needed to know where a name ends when nothing separates it."""
    known = sorted({plain(name) for name in names} - {""}, key=lambda name: -len(name))
    found: list[Named] = []
    for line in _clean(text[:MAX_LENGTH]).splitlines()[:MAX_LINES]:
        if line.lstrip().startswith("#"):
            continue
        for unit in _units(_NUMBERING.sub("", _MENTION.sub("", line)), known):
            named = _read(unit, known)
            if named is not None:
                found.append(named)
    return found


def plain(name: str) -> str:
    """A name without gaps and widths, its dot always the same: 李　四 → 李四."""
    return re.sub(r"\s+", "", _clean(name))


def _clean(text: str) -> str:
    """Full-width forms made plain; what is not seen left out."""
    text = re.sub("[•・‧∙⋅]", "·", unicodedata.normalize("NFKC", text.replace("·", "\u00b7")))
    text = text.replace("\u00b7", "·")
    return "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cf", "Cs", "Cc", "So", "Sk"}
    )


def _units(line: str, known: Sequence[str]) -> list[str]:
    """One person each. After a comma somebody new begins only where a name does; 请假，孩子生病 is one person's."""
    units: list[str] = []
    for part in _UNITS.split(line):
        pieces = part.split(",")
        for index, piece in enumerate(pieces):
            said_something = index > 0 and _WORD.search(units[-1]) is not None
            if said_something and _known_start(plain(piece), known) is None:
                units[-1] += f",{piece}"
            else:
                units.append(piece)
    return [unit for unit in units if unit.strip()]


def _known_start(compact: str, known: Sequence[str]) -> str | None:
    return next((name for name in known if compact.startswith(name)), None)


def _read(unit: str, known: Sequence[str]) -> Named | None:
    unit = _NUMBERING.sub("", _MENTION.sub("", unit)).strip()
    tokens = [token for token in _GAPS.split(unit) if token]
    if not tokens:
        return None
    name, rest = _exact(tokens, known) or _guess(tokens)
    if not name:
        return Named(text=unit, name=_short(unit))
    status, leave_type, reason = _said(rest)
    return Named(unit, name, status, leave_type, reason)


def _exact(tokens: list[str], known: Sequence[str]) -> tuple[str, list[str]] | None:
    """The longest known name that the tokens begin with: written with gaps (李 四), with a title, or glued to a word."""
    for taken in range(min(len(tokens), 4), 0, -1):
        joined = "".join(tokens[:taken])
        for name in known:
            if not joined.startswith(name):
                continue
            if taken > 1 and len("".join(tokens[: taken - 1])) >= len(name):
                continue  # fewer tokens say the same
            rest = _without_title(joined[len(name) :])
            if not rest or _WORD.match(rest) or not _CHINESE.match(rest):
                return name, [rest, *tokens[taken:]] if rest else tokens[taken:]
    return None


def _guess(tokens: list[str]) -> tuple[str, list[str]]:
    """A name that is not on the list as it stands: the first token, or single characters that were spread out."""
    taken = 1
    if len(tokens[0]) == 1:
        while taken < min(len(tokens), 4) and len(tokens[taken]) == 1:
            taken += 1
    first = "".join(tokens[:taken])
    word = _GLUED.search(first, 2)
    name, rest = (first[: word.start()], first[word.start() :]) if word else (first, "")
    for title in _TITLES:
        if name.endswith(title) and len(name) - len(title) >= 2:
            name = name.removesuffix(title)
            break
    if not _CHINESE.fullmatch(name):
        return "", []
    return name, [rest, *tokens[taken:]] if rest else tokens[taken:]


def _without_title(rest: str) -> str:
    return next((rest.removeprefix(title) for title in _TITLES if rest.startswith(title)), rest)


def _said(rest: list[str]) -> tuple[str, str, str]:
    """(status, leave type, reason) of the words behind a name; 事假 outweighs 请假, and leave outweighs being there."""
    marks: list[tuple[str, str]] = []
    kept: list[str] = []
    for token in rest:
        if token not in _TITLES:
            marks_of_token, remainder = _token(token)
            marks += marks_of_token
            kept += [remainder] if remainder else []
    if not marks:
        return "", "", " ".join(kept)[:REASON_LENGTH]
    status, leave_type = max(marks, key=_weight)
    reason = " ".join(kept) if status in (LEAVE, ABSENT) else ""
    return status, leave_type, reason[:REASON_LENGTH]


def _token(token: str) -> tuple[list[tuple[str, str]], str]:
    """The marks of one piece and what is left of it as a reason: 因病请假 → nothing, 孩子生病请假 → 孩子生病, 参加培训 stays whole."""
    if token in WORDS:
        return [WORDS[token]], token if token in _REASONS else ""
    marks: list[tuple[str, str]] = []
    while (found := _AWAY.match(token)) and found.group() not in _REASONS:
        marks.append(WORDS[found.group()])
        token = token[found.end() :]
    ending = next((word for word in _AWAY_WORDS if token.endswith(word) and word not in _REASONS), "")
    if ending:
        marks.append(WORDS[ending])
        token = token.removesuffix(ending)
    elif within := _GLUED.findall(token):
        marks += [WORDS[word] for word in within]
    return marks, token


def _weight(mark: tuple[str, str]) -> tuple[bool, bool, bool]:
    status, leave_type = mark
    return status != PRESENT, status in (LEAVE, ABSENT), leave_type != OTHER


def lecturers_among(text: str, names: Iterable[str]) -> set[str]:
    """The names that a typed 主讲人 says for certain, with or without a title before or after; namesakes are nobody."""
    listed = list(names)
    tokens = {re.sub(r"\s", "", token) for token in re.split(r"[^\w\s·•]+|\s{2,}|\s(?=\w{2})", text)}
    said = set()
    for token in tokens:
        while token.endswith(_TITLES):
            token = next(token.removesuffix(title) for title in _TITLES if token.endswith(title))
        for name in listed:
            before = token.removesuffix(name)
            if before != token and (not before or before.endswith(_TITLES)):
                said.add(name)
    return {name for name in said if listed.count(name) == 1}


class _Book:
    """The list, to be asked by name, by sound and by shape."""

    def __init__(self, people: Sequence[Listed]) -> None:
        self.people = people
        self.by_name: dict[str, list[str]] = defaultdict(list)
        self.by_sound: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for person in people:
            name = plain(person.name)
            self.by_name[name].append(person.key)
            self.by_sound[sound(name)].append(person.key)

    def candidates(self, name: str) -> tuple[list[str], str]:
        """(who may be meant, why it is not certain); nobody and "" for a stranger."""
        if same := self.by_name.get(name):
            return same, NAMESAKES if len(same) > 1 else ""
        if len(name) < 2:
            return [], ""
        if alike := self.by_sound.get(sound(name)):
            return alike, SAME_SOUND
        close = [person.key for person in self.people if one_differs(name, plain(person.name))]
        return close, ONE_CHARACTER if close else ""


@lru_cache(maxsize=4096)
def sound(name: str) -> tuple[str, ...]:
    """Syllables without tones."""
    return tuple(lazy_pinyin(name))


def one_differs(one: str, other: str) -> bool:
    """Exactly one character differs; of two characters it must not be the surname, or every 三 would be every other."""
    if len(one) != len(other) or len(one) < 2:
        return False
    places = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    return len(places) == 1 and (len(one) > 2 or places[0] > 0)


def _short(piece: str) -> str:
    return piece if len(piece) <= 20 else piece[:20] + "…"

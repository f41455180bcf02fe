"""Finding people by part of a name, pinyin, initials or a mobile's end, by an index instead of reading every name.

`members_name_tokens(name, pinyin, initials)` (migration 0004_name_search) gives the pairs of neighbouring characters of
`|name|pinyin|initials` and the single characters of the name; a GIN index holds them. What it finds is compared once more.
Pinyin and initials are asked for by their beginning: two ordinary indexes, whose estimate tells the planner whether to fetch
few rows or to walk the list in its order.
"""

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, F, Func, Q, TextField, Value
from django.db.models.functions import Replace

_MOST_TOKENS = 16


class _NameTokens(Func):
    function = "members_name_tokens"
    output_field = ArrayField(TextField())


def _pairs(text: str) -> list[str]:
    return sorted({text[at : at + 2] for at in range(len(text) - 1)})[:_MOST_TOKENS]


def is_mobile_tail(text: str) -> bool:
    text = text.strip()
    return len(text) == 4 and text.isascii() and text.isdigit()


def search(rows, text: str, *, prefix: str = ""):
    """Those whose name holds the text, whose pinyin or initials begin with it, or whose mobile ends with its 4 digits.

    `prefix` leads from the rows to the member ("member__").
    """
    text = "".join(text.split())
    if not text:
        return rows
    if text.isascii() and text.isdigit():
        return rows.filter(**{f"{prefix}mobile_tail": text}) if is_mobile_tail(text) else rows.none()
    if "\x00" in text:
        return rows.none()
    if not text.isascii():
        rows = rows.alias(
            name_tokens=_NameTokens(
                F(f"{prefix}name"), F(f"{prefix}name_pinyin"), F(f"{prefix}name_initials")
            )
        )
        tokens = _pairs(text.lower()) if len(text) > 1 else [text]
        return rows.filter(**{"name_tokens__contains": tokens, f"{prefix}name__contains": text})
    sound = text.lower()
    compact = Replace(F(f"{prefix}name_pinyin"), Value(" "), Value(""), output_field=CharField())
    return rows.alias(compact_pinyin=compact).filter(
        Q(**{f"{prefix}name_initials__startswith": sound}) | Q(compact_pinyin__startswith=sound)
    )

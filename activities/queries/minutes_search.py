"""Finding records by words of their texts: by the index where many branches are asked, by reading them where few are."""

from django.db.models import Q, QuerySet

from activities.models import ActivityRecord
from activities.models.bigrams import SEARCHED, Bigrams, tokens

#: Of so many branches the records are read faster than the index is asked.
FEW_BRANCHES = 50
MOST_WORDS = 5
_MOST_TOKENS = 16


def words_of(text: str) -> list[str]:
    """The words asked for; blanks part them."""
    return text.split()[:MOST_WORDS]


def search_texts(
    records: QuerySet[ActivityRecord], text: str, *, branches: int
) -> QuerySet[ActivityRecord]:
    """Those that hold every word in 主题, 会前准备, 内容 or 小结, written as it is asked for.

    `branches`: how many the records are of at most. The index only narrows; what it finds is read.
    """
    words = words_of(text)
    if "\x00" in text:
        return records.none()
    for word in words:
        held = Q()
        for name in SEARCHED:
            held |= Q(**{f"{name}__contains": word})
        records = records.filter(held)
    if words and branches > FEW_BRANCHES:
        numbers = list(dict.fromkeys(number for word in words for number in tokens(word)))
        records = records.alias(bigrams=Bigrams(*SEARCHED)).filter(bigrams__holds_numbers=numbers[:_MOST_TOKENS])
    return records

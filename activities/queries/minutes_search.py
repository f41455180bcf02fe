"""Finding records by words of their texts: by the index where many branches are asked, by reading them where few are."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from activities.models import ActivityRecord
from activities.models.bigrams import SEARCHED, Bigrams, tokens
from members.models import PartyOrganization

#: The records of so many branches are read faster than the index is asked.
FEW_BRANCHES = 50
_MOST_WORDS, _MOST_TOKENS = 5, 16


def few_branches_of(user) -> list[int] | None:
    """The branches in the user's widest reach, a cell's branch for the cell; None where there are many."""
    scope = user.access.widest
    if scope.everything:
        return None
    reach = scope.q("") | Q(path__in=scope.above_cells)
    ids = list(
        PartyOrganization.objects.branches().filter(reach).values_list("pk", flat=True)[: FEW_BRANCHES + 1]
    )
    return None if len(ids) > FEW_BRANCHES else ids


def search_texts(
    records: QuerySet[ActivityRecord], text: str, *, within: Sequence[int] | None = None
) -> QuerySet[ActivityRecord]:
    """Those that hold every word in 主题, 会前准备, 内容 or 小结, written as it is asked for; blanks part the words.

    `within`: the few branches that the records are of, which leads to them; without, the index does. It only narrows:
    what it finds is read.
    """
    words = text.split()[:_MOST_WORDS]
    if "\x00" in text:
        return records.none()
    for word in words:
        held = Q()
        for name in SEARCHED:
            held |= Q(**{f"{name}__contains": word})
        records = records.filter(held)
    if words and within is not None:
        return records.filter(branch_id__in=within)
    if words:
        numbers = list(dict.fromkeys(number for word in words for number in tokens(word)))[:_MOST_TOKENS]
        return records.alias(bigrams=Bigrams(*SEARCHED)).filter(bigrams__holds_numbers=numbers)
    return records

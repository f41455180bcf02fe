"""P8: finding a member by two characters of the name, and records by two characters of their texts, within the asker's subtree,
beside LIKE over the same scope."""

from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from benchmarks.measure import Row, alternate, compared, once
from benchmarks.scales import Scale
from benchmarks.stack import Stack

IDS = {"P8"}
NAMES = {"rare": "欧阳", "usual": "淼霞", "frequent": "国建"}
WORDS = {"rare": "桑葚", "medium": "灌溉", "frequent": "学习"}
FOUND = 25
SLOWEST = 0.06


def run(stack: Stack, scale: Scale) -> list[Row]:
    from members.models import User

    user = User.objects.get_by_natural_key("staff" if scale.branches > 1 else "secretary")
    people = [("staff" if scale.branches > 1 else "secretary", user)]
    if scale.branches > 1:
        people.append(("district", User.objects.get_by_natural_key("district")))
    return [*_names(user, scale), *(row for who, each in people for row in _minutes(who, each, scale))]


def _names(user, scale: Scale) -> list[Row]:
    from members.models import Member
    from members.queries.name_search import search

    rows = []
    for name, text in NAMES.items():
        scope = Member.objects.visible_to(user).without_personal_data()
        like = Q(name__contains=text) | Q(name_pinyin__contains=text) | Q(name_initials__contains=text)
        fast, slow = _asked(
            user, _first(search(scope, text), "name_pinyin"), _first(scope.filter(like), "name_pinyin")
        )
        rows.append(
            compared("P8", f"name, {name} ({text})", fast, slow, faster=50, judged=scale.name == "L")
        )  # fmt: skip
    return rows


def _minutes(who: str, user, scale: Scale) -> list[Row]:
    """A list page of what holds the word: the capped count and the newest rows, as the page asks for them."""
    from activities.models.bigrams import SEARCHED
    from activities.queries.minutes_search import few_branches_of, search_texts
    from activities.queries.records import listed_records

    few, rows = few_branches_of(user), []
    for name, text in WORDS.items():
        records = listed_records(user)
        like = Q()
        for column in SEARCHED:
            like |= Q(**{f"{column}__contains": text})
        found = search_texts(records, text, within=few)
        fast, slow = _asked(user, _page(found), _page(records.filter(like)))
        reach = f"{len(few)} branches" if few is not None else "everything"
        what = f"minutes, {who} of {reach}, {name} ({text})"
        if name == "rare":
            rows.append(
                compared("P8", what, fast, slow, faster=50, judged=who == "staff" and scale.name != "S")
            )
        else:
            rows.append(compared("P8", what, fast, slow))
        rows.append(
            Row("P8", f"{what}: the slowest", fast.wall * 1000, 0, 0, "≤ 60 ms", "ms", fast.wall <= SLOWEST)
        )  # fmt: skip
    return rows


def _asked(user, ours: Callable[[], object], floor: Callable[[], object]):
    """Both under the asker's own scope, as row-level security compares it in a request."""
    from branch_portal.database import set_context

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '1min'")
        set_context(user=user, scope=user.access.widest)
        return alternate(lambda: once(ours, 5), lambda: once(floor, 2))


def _first(rows: QuerySet, order: str) -> Callable[[], object]:
    return lambda: list(rows.order_by(order, "pk")[:FOUND])


def _page(rows: QuerySet) -> Callable[[], object]:
    from activities.views.lists import COUNTED, ORDER
    from branch_portal.paging import keyset_page

    return lambda: keyset_page(rows, cursor=None, fields=ORDER, size=FOUND, cap=COUNTED)

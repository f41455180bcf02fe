"""P8: finding a member by two characters of the name, within the asker's subtree, beside LIKE over the same scope."""

from django.db.models import Q

from benchmarks.measure import Row, alternate, once
from benchmarks.scales import Scale
from benchmarks.stack import Stack

IDS = {"P8"}
ASKED = {"rare": "欧阳", "usual": "淼霞", "frequent": "国建"}
FOUND = 25


def run(stack: Stack, scale: Scale) -> list[Row]:
    from members.models import Member, User
    from members.queries.name_search import search

    user = User.objects.get_by_natural_key("staff" if scale.branches > 1 else "secretary")
    rows = []
    for name, text in ASKED.items():
        scope = Member.objects.visible_to(user).without_personal_data()

        def ours(scope=scope, text=text) -> object:
            return list(search(scope, text).order_by("name_pinyin", "pk")[:FOUND])

        def floor(scope=scope, text=text) -> object:
            like = Q(name__contains=text) | Q(name_pinyin__contains=text) | Q(name_initials__contains=text)
            return list(scope.filter(like).order_by("name_pinyin", "pk")[:FOUND])

        fast, slow = alternate(lambda work=ours: once(work, 5), lambda work=floor: once(work, 2))
        ratio = slow.wall / fast.wall
        rows.append(
            Row("P8", f"name, {name} ({text})", fast.wall * 1000, slow.wall * 1000, ratio, "≥ 50 times faster", "ms",
                ratio >= 50 if scale.name == "L" else None)
        )  # fmt: skip
    return rows

"""R1, R2: what row-level security costs: the same statements with the asker's scope, with everything, and by a role that no
policy binds; the same pages with the second line on and off."""

import os
from collections.abc import Callable
from functools import partial

from benchmarks.measure import Row, alternate, once
from benchmarks.scales import Scale
from benchmarks.stack import DATABASE, Stack
from benchmarks.web import Web, signed_in
from benchmarks.workloads.pages import PAGES

IDS = {"R1", "R2"}
TIMES, REPEATS = 40, 20


def run(stack: Stack, scale: Scale) -> list[Row]:
    return [*_statements(stack), *_pages(stack)]


def _statements(stack: Stack) -> list[Row]:
    """A list of 50 and a count of the asker's members and of everybody's, on one connection each."""
    from django.db import connection, transaction

    from branch_portal.database import set_context
    from members.models import Member, User

    free = stack.cluster.connect(DATABASE)
    rows = []
    for name in ("secretary", "staff", "district"):
        user = User.objects.filter(username=name).first()
        scope = _district() if name == "district" else user and user.access.widest
        if scope is None or scope.empty:
            continue  # at S there is nobody above the branch
        members = Member.objects.without_personal_data().filter(scope.q("branch"))
        with transaction.atomic():
            set_context(user=user, scope=scope)
            for what, asked in (
                ("list of 50", members.order_by("name_pinyin", "pk")[:50]),
                ("count", members.values("standing").order_by()),
                ("count without a filter", Member.objects.values("standing").order_by()),
            ):
                sql, values = asked.query.sql_with_params()
                sql = f"SELECT count(*) FROM ({sql}) counted" if what.startswith("count") else sql
                text = connection.connection.cursor().mogrify(sql, values).decode()
                bound, unbound = alternate(
                    lambda text=text: once(_asking(connection.connection, text), REPEATS),
                    lambda text=text: once(_asking(free, text), REPEATS),
                )
                rows.append(
                    Row("R1", f"{name}: {what}", bound.wall * 1000, unbound.wall * 1000, bound.wall / unbound.wall, "", "ms")
                )  # fmt: skip
            telling = partial(set_context, user=user, scope=scope)
            bound, _ = alternate(lambda telling=telling: once(telling, REPEATS), lambda: (0, 0))
            rows.append(Row("R1", f"{name}: telling the scope", bound.wall * 1000, 0, 0, "", "ms"))
    free.close()
    return rows


def _asking(connection, text: str) -> Callable[[], object]:
    def ask():
        with connection.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchall()

    return ask


def _district():
    """The scope of a committee in the middle of the tree."""
    from branch_portal.scoping import Scope
    from members.models import PartyOrganization

    found = PartyOrganization.objects.filter(depth=2).exclude(kind__in=("branch", "cell")).first()
    return Scope(paths=(found.path,)) if found else None


def _pages(stack: Stack) -> list[Row]:
    on = Web(stack.environment, stack.folder / "web.log")
    off = Web({**os.environ, **stack.environment, "PORTAL_ROW_SECURITY": "0"}, stack.folder / "off.log")
    cookie, rows = signed_in("secretary"), []
    try:
        for name, path in PAGES.items():
            with_it, without = alternate(
                lambda path=path: on.cost(path, cookie, TIMES),
                lambda path=path: off.cost(path, cookie, TIMES),
            )
            rows.append(
                Row("R2", f"{name}: wall a request, on / off", with_it.wall * 1000, without.wall * 1000,
                    with_it.wall / without.wall, "", "ms")
            )  # fmt: skip
    finally:
        on.stop()
        off.stop()
    return rows

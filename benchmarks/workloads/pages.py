"""P1, P2: the list pages of 25 rows, signed in and scoped, beside a stock signed-in constant view; and committees' lists."""

from benchmarks.measure import Row, alternate, compared
from benchmarks.scales import Scale
from benchmarks.stack import Stack
from benchmarks.web import Web, signed_in

IDS = {"P1", "P2"}
PAGES = {"records": "/activities/", "roster": "/members/", "study": "/learning/branch/"}
TIMES = 60
#: Of a district with 25 branches at M and 500 at L, and of the top committee.
COMMITTEES = ("district", "staff")
COMMITTEE_TIMES = 10


def run(stack: Stack, scale: Scale) -> list[Row]:
    portal = Web(stack.environment, stack.folder / "web.log")
    stock = Web(stack.environment, stack.folder / "floor.log", "benchmarks.floor.settings")
    cookie, plain = signed_in("secretary"), signed_in("secretary", stock=True)
    rows = []
    try:
        for name, path in PAGES.items():
            ours, floor = alternate(
                lambda path=path: portal.cost(path, cookie, TIMES), lambda: stock.cost("/", plain, TIMES)
            )
            rows.append(compared("P1", f"{name}: CPU a request", ours, floor, at_most=1.0, by="cpu"))
            rows.append(Row("P2", f"{name}: wall a request", ours.wall * 1000, 0, 0, "L ÷ M ≤ 1.2", "ms"))
        for who in COMMITTEES if scale.branches > 1 else ():
            cookie = signed_in(who)
            for name in ("records", "roster"):
                wall, _ = portal.cost(PAGES[name], cookie, COMMITTEE_TIMES)
                rows.append(Row("P2", f"{name} of the {who}: wall a request", wall * 1000, 0, 0, "", "ms"))
    finally:
        portal.stop()
        stock.stop()
    return rows

"""需要关注: the counts of attendance, terms, confirmations and contact for a subtree, each leading to its list."""

from dataclasses import dataclass

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branch_portal.dates import today_shanghai
from branch_portal.replica import from_replica
from supervision.forms.watch import WatchYearForm
from supervision.queries.attendance import attendance_year
from supervision.queries.terms import STATES, term_watch
from supervision.rules.watch import ATTENDANCE, ATTENTION, HELP, NOTHING
from supervision.tables.people import KINDS
from supervision.tables.terms import MARKS as TERM_MARKS
from supervision.tables.watch import MARKS, per_cent
from supervision.views import people
from supervision.views.access import admin_context, committee_page
from supervision.views.paging import NumberedPage

TITLE = "需要关注"


@dataclass(frozen=True)
class Card:
    """One subject: its page, and what of it needs attention as (words, number, colour where it is not nothing)."""

    title: str
    line: str
    url: str
    figures: list[tuple[str, int, str]]

    @property
    def calm(self) -> bool:
        return not any(number for _, number, _ in self.figures)


@committee_page
@require_safe
@from_replica
def overview(request):
    form = WatchYearForm(request.GET, user=request.user)
    page = NumberedPage([], form)
    asked = {"user": request.user, "day": today_shanghai(), "root": form.root}
    context = admin_context(
        request,
        title=TITLE,
        crumbs=[(TITLE, None)],
        form=form,
        cards=[
            _attendance(page, form.chosen_year, asked),
            _terms(page, asked),
            *(_people(page, subject, asked) for subject in (people.CONFIRMATIONS, people.CONTACTS)),
        ],
    )
    return render(request, "supervision/watch.html", context)


def _attendance(page: NumberedPage, year: int, asked: dict) -> Card:
    found = attendance_year(year=year, **asked)
    words = [ATTENDANCE.word(row.figures.present, row.figures.expected) for row in found.rows]
    figures = [
        (f"到会率低于 {ATTENDANCE.help}% 的党支部", words.count(HELP), MARKS[HELP]),
        (
            f"到会率 {ATTENDANCE.help}% 至 {ATTENDANCE.attention}% 的党支部",
            words.count(ATTENTION),
            MARKS[ATTENTION],
        ),
        ("还没有到会记录的党支部", words.count(NOTHING), "plain"),
    ]
    rate = per_cent(found.total.present, found.total.expected)
    return Card(
        "到会情况", f"{year} 年总到会率 {rate}", page.link(reverse("supervision:attendance")), figures
    )


def _terms(page: NumberedPage, asked: dict) -> Card:
    total = term_watch(**asked).total
    figures = [(STATES[state], total.of[state], TERM_MARKS[state]) for state in STATES]
    return Card("换届和班子", "按党组织统计（个）", page.link(reverse("supervision:terms")), figures)


def _people(page: NumberedPage, subject: people.Subject, asked: dict) -> Card:
    total = subject.watch(**asked).total
    figures = [(KINDS[key].label, total.overdue.get(key, 0), MARKS[HELP]) for key in subject.keys]
    return Card(subject.title, "按党员统计（人），只计已到期的", page.link(reverse(subject.url)), figures)

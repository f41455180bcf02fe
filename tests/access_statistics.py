"""Lines of the access table about 党内统计, and the report that they name."""

import datetime

from supervision.models import StatisticsReport
from tests.access_lines import COMMITTEES_CANNOT_POST, COMMITTEES_ONLY, OWN_COMMITTEE_ONLY, Line, who
from tests.personas import World

_READ = Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST)
_OF_OWN = Line(OWN_COMMITTEE_ONLY, COMMITTEES_CANNOT_POST, thing="statistics_report")

ROUTES_OF_STATISTICS: dict[str, Line] = {
    "supervision:statistics": _READ,
    "supervision:statistics-print": _READ,
    "supervision:statistics-export": _READ,
    # Today's figures need no job: whoever asks for one is led to them.
    "supervision:statistics-start": Line(COMMITTEES_CANNOT_POST, who(403, committees=302)),
    "supervision:statistics-keep": Line(COMMITTEES_ONLY, COMMITTEES_ONLY),
    "supervision:statistics-list": _READ,
    "supervision:statistics-list-print": _READ,
    "supervision:statistics-list-export": Line(COMMITTEES_ONLY, COMMITTEES_ONLY),
    "supervision:statistics-difference": _READ,
    "supervision:statistics-reports": _READ,
    "supervision:statistics-report": _OF_OWN,
    "supervision:statistics-report-print": _OF_OWN,
    "supervision:statistics-report-export": _OF_OWN,
}


def statistics_things(world: World) -> dict[str, object]:
    day = datetime.date(2025, 12, 31)
    return {
        "statistics_report": StatisticsReport.objects.create(
            organization=world.branch_a,
            as_of=day,
            figures={"organization": world.branch_a.name, "day": day.isoformat(), "sheets": []},
            members=10,
            checks_held=0,
            checks_failed=0,
            made_by=world.staff,
        )
    }

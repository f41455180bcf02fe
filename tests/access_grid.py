"""The access table's lines of the grid's report and of reminders to branches."""

from tests.access_lines import COMMITTEES_CANNOT_POST, COMMITTEES_ONLY, Line, who

#: Nothing is chosen in the table's empty requests, so whoever may remind is led back to the grid.
_LED_BACK = who(403, committees=302)

ROUTES_OF_GRID: dict[str, Line] = {
    "supervision:grid-report": Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST),
    "supervision:remind": Line(_LED_BACK, _LED_BACK),
}

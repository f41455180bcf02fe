"""Lines of the access table about long work, the state of the portal and its metrics."""

from tests.access_lines import NOT_GOT, OPEN, SIGNED_IN, Line, who

#: Whoever configures the portal runs it; the committees supervise branches, not processes.
OPERATORS = who(403, superuser=200)

PUBLIC_OPERATIONS = {"metrics"}
ROUTES_OF_OPERATIONS: dict[str, Line] = {
    "jobs:own": Line(SIGNED_IN),
    "operations:status": Line(OPERATORS),
    "operations:retention": Line(OPERATORS),
    "operations:release": Line(NOT_GOT, who(403, superuser=302), thing="job_set_aside"),
    "operations:close": Line(NOT_GOT, who(403, superuser=302), thing="job_set_aside"),
    # Asked from this machine, as the tests do; elsewhere by token (`test_health_pages.py`).
    "metrics": Line(OPEN, who(405, anybody=405)),
}

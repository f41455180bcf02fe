"""Lines of the access table about who needs help: the committee's pages, and no name for whoever only configures."""

from tests.access_lines import COMMITTEES_CANNOT_POST, COMMITTEES_ONLY, OWN_COMMITTEE_ONLY, Line

_PAGES = ("watch", "attendance", "attendance-export", "terms", "terms-export", "confirmations", "contacts")

ROUTES_OF_WATCH: dict[str, Line] = {
    **{f"supervision:{name}": Line(COMMITTEES_ONLY, COMMITTEES_CANNOT_POST) for name in _PAGES},
    "supervision:attendance-branch": Line(OWN_COMMITTEE_ONLY, COMMITTEES_CANNOT_POST, thing="branch"),
    # An empty reason comes back with the form.
    "supervision:confirmations-export": Line(COMMITTEES_ONLY, COMMITTEES_ONLY),
    "supervision:contacts-export": Line(COMMITTEES_ONLY, COMMITTEES_ONLY),
}

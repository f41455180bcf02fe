"""Who reads the audit: the committee over its subtree, the administrator all, everyone else nothing."""

from tests.access_lines import Line, who

_READERS = who(403, back_office=200)
_NOT_POSTED = who(403, back_office=405)
#: Names of members are not the administrators'.
_ROSTER_READERS = who(403, committees=200)
_ROSTER_NOT_POSTED = who(403, committees=405)

ROUTES_OF_AUDIT: dict[str, Line] = {
    "supervision:audit": Line(_READERS, _NOT_POSTED),
    "supervision:audit-changes": Line(_READERS, _NOT_POSTED),
    "supervision:audit-access": Line(_READERS, _NOT_POSTED),
    "supervision:audit-access-export": Line(_READERS, _NOT_POSTED),
    "supervision:audit-affected": Line(_ROSTER_READERS, _ROSTER_NOT_POSTED),
    "supervision:audit-affected-export": Line(_ROSTER_READERS, _ROSTER_NOT_POSTED),
    "supervision:audit-security": Line(_READERS, _NOT_POSTED),
    "supervision:audit-security-export": Line(_READERS, _NOT_POSTED),
    "supervision:audit-thing": Line(
        who(403, staff=200, staff_x=404, superuser=404),
        _NOT_POSTED,
        thing="fellow",
        values={"kind": "members-member"},
    ),
}

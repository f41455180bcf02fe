"""The first statement of a request: its session, whose it is, what that account may do today, and the portal's name.

Django would read them with four, each of which costs half a millisecond to put together, and every page needs them all.
"""

import datetime
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection

from branch_portal.dates import today_shanghai
from members.access import REACHES, access_of, columns_of, reach_from


@dataclass
class Frame:
    """What one statement found; `account` has its access with it."""

    session: Any
    account: Any = None
    host_organization: str = ""


@cache
def _statement() -> tuple[str, list[str], list[str], list[str]]:
    """SQL, and the attributes of session, account and organisation in the order of its columns."""
    # The session store is imported before the models are.
    from members.models import PartyOrganization, SignInSession, User

    session, session_columns = columns_of(SignInSession, "s")
    account, account_columns = columns_of(User, "u")
    organization, organization_columns = columns_of(PartyOrganization, "o")
    reaches = REACHES.format(columns=organization_columns, asker="u.id", own="u.member_id")
    statement = f"""
SELECT {session_columns}, {account_columns},
       (SELECT root.name FROM members_partyorganization root WHERE root.depth = 1 ORDER BY root.path LIMIT 1), reached.*
FROM members_signinsession s LEFT JOIN members_user u ON u.id = s.user_id LEFT JOIN LATERAL ({reaches}) AS reached ON true
WHERE s.session_key = %(key)s AND s.expire_date > %(now)s
ORDER BY reached.how, reached.place
"""
    return statement, session, account, organization


def read_frame(key: str, now: datetime.datetime) -> Frame | None:
    """The frame of a session that has not expired. One query; nobody has a scope yet."""
    from members.models import SignInSession, User

    statement, session_names, account_names, organization_names = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, {"key": key, "now": now, "day": today_shanghai()})
        rows = cursor.fetchall()
    if not rows:
        return None
    ends = len(session_names), len(session_names) + len(account_names)
    session_values, account_values, (host, *_) = (
        rows[0][: ends[0]],
        rows[0][ends[0] : ends[1]],
        rows[0][ends[1] :],
    )
    frame = Frame(
        SignInSession.from_db("default", session_names, session_values), host_organization=host or ""
    )
    if frame.session.user_id is None:
        return frame
    frame.account = User.from_db("default", account_names, account_values)
    reached = [row[ends[1] + 1 :] for row in rows]
    frame.account.access = access_of(
        frame.account,
        [
            reach_from(how, what, organization_names, values)
            for how, what, _, *values in reached
            if how is not None
        ],
    )
    return frame

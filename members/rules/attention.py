"""When people must look at a member who is away, out of reach or suspended (domain 9.2, 9.3). Dates only; people decide."""

from datetime import date

from branch_portal.dates import add_months, add_years

CONTACT_MONTHS, CONTACT_MONTHS_ABROAD = 3, 6
LOST_MONTHS, FLOATING_MONTHS, REMOVAL_YEARS = 6, 6, 2


def contact_due(away_since: date, last_contact: date | None, *, abroad: bool) -> date:
    """The sending side keeps in touch: every three months, with who studies abroad at least every six."""
    months = CONTACT_MONTHS_ABROAD if abroad else CONTACT_MONTHS
    return add_months(max(away_since, last_contact or away_since), months)


def becomes_floating(away_since: date) -> date:
    """The first day on which `members.rules.roster.is_floating` holds."""
    return add_months(away_since, FLOATING_MONTHS)


def alert_lost(lost_since: date, last_contact: date | None) -> date:
    """Six months without contact: suspension is to be considered (2019 Reg. Art. 24)."""
    return add_months(last_contact or lost_since, LOST_MONTHS)


def alert_remove(suspended_on: date) -> date:
    """Two years suspended and still unreachable: removal is to be considered (2019 Reg. Art. 24)."""
    return add_years(suspended_on, REMOVAL_YEARS)

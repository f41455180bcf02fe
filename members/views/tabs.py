"""Bodies of the card's tabs: what each template shows."""

from members.queries.cards import commendations_of
from members.queries.dictionaries import label_of


def commendations_tab(request, member) -> dict:
    """What `members/_commendations.html` shows."""
    return {
        "commendations": [
            (row, label_of("commendation_level", row.level)) for row in commendations_of(member)
        ]
    }

"""Lines of the access table about deletion and the stop of processing; the requests are a fellow member's."""

import datetime

from members.models import ErasureRequest
from tests.access_lines import NOT_GOT, Line, who

_DECIDERS = who(404, officer_a=403, secretary_a=200, staff=200)
_OWN = who(404, officers_a=403, staff=403)

ROUTES_OF_DATA_PROTECTION: dict[str, Line] = {
    "members:erasure-ask": Line(who(200, back_office=404), who(200, back_office=404)),
    "members:erasure": Line(_DECIDERS, _DECIDERS, thing="erasure"),
    "members:erasure-withdraw": Line(NOT_GOT, _OWN, thing="erasure"),
    "members:erasure-lift": Line(NOT_GOT, _OWN, thing="erasure"),
}


def data_protection_things(fellow) -> dict[str, object]:
    return {
        "erasure": ErasureRequest.objects.create(
            member=fellow, kind="erase", reason="不再需要", due_on=datetime.date(2026, 4, 1)
        )
    }

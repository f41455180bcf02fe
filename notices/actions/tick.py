"""One round of the outbox: plan, tell, give back, send. Safe beside any number of other rounds (reliability 6.2)."""

import datetime
import logging

from django.utils import timezone

from branch_portal.models import TickerBeat
from notices.actions.claiming import reap_expired_leases
from notices.actions.due import plan_due_reminders
from notices.actions.sending import send_waiting
from notices.actions.telling import tell_due_slots

logger = logging.getLogger(__name__)

#: A round starts no send after this, so that it ends within Celery's soft limit of 60 s.
_SENDING_TIME = datetime.timedelta(seconds=40)
#: What is left for sending at least, when looking at what thousands of branches owe took all of that.
_LEAST_SENDING_TIME = datetime.timedelta(seconds=5)


def tick(*, ticker: str, now: datetime.datetime | None = None) -> dict[str, int]:
    """Do everything that is due; returns counts. `now` stops the clock, for tests.

    Nothing here holds a transaction open while it waits for somebody outside. `ticker` names who came round, in
    `TickerBeat`, where the health page looks.
    """

    def clock() -> datetime.datetime:
        return now or timezone.now()

    counts = {"planned": 0}
    until = clock() + _SENDING_TIME
    try:
        counts["planned"] = plan_due_reminders(clock()) or 0
    except Exception:
        # A provider that fails must not keep meeting notices and mail from going out.
        logger.exception("due items could not be planned")
    counts |= tell_due_slots(clock)
    counts["reaped"] = reap_expired_leases(clock())
    counts |= send_waiting(clock, max(until, clock() + _LEAST_SENDING_TIME))
    TickerBeat.objects.update_or_create(ticker=ticker, defaults={"beat_at": clock(), "detail": counts})
    return counts

"""Planning reminders inside the business change that causes them, and cancelling them with it."""

import datetime

from django.contrib.postgres.aggregates import BoolOr
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from members.models import PartyOrganization
from notices.models import Delivery, ReminderRule, ReminderSlot
from notices.rules.timing import due_times

# A slot that nobody has been told of yet takes the newest words and time; one that was told stays as it was told.
_KEEP_OR_RENEW = """
ON CONFLICT (rule_id, subject, due_key) DO UPDATE
SET state = 'open', organization_id = excluded.organization_id, due_at = excluded.due_at,
    not_after = excluded.not_after, audience = excluded.audience, title = excluded.title,
    body = excluded.body, link = excluded.link
WHERE notices_reminderslot.state IN ('open', 'cancelled')
  AND (notices_reminderslot.state, notices_reminderslot.organization_id, notices_reminderslot.due_at,
       notices_reminderslot.not_after, notices_reminderslot.audience, notices_reminderslot.title,
       notices_reminderslot.body, notices_reminderslot.link)
      IS DISTINCT FROM (excluded.state, excluded.organization_id, excluded.due_at, excluded.not_after,
                        excluded.audience, excluded.title, excluded.body, excluded.link)
  AND NOT EXISTS (SELECT 1 FROM notices_delivery WHERE slot_id = notices_reminderslot.id)
"""


@transaction.atomic
def plan_reminders(
    *,
    by,
    rule_key: str,
    subject: str,
    organization: PartyOrganization,
    anchor: datetime.datetime,
    not_after: datetime.datetime,
    audience: dict,
    title: str,
    body: str = "",
    link: str = "",
    now: datetime.datetime | None = None,
) -> list[ReminderSlot]:
    """Keep exactly one open reminder per offset of the rule for this subject, and cancel those of other times.

    `anchor` is the moment that offsets count from, `not_after` the moment from which telling is useless; both aware.
    `audience` is understood by `notices.audiences`; `title`, `body` and `link` are what the message says, without names of
    people and without minutes, because mail carries them outside. Calling again with the same anchor changes nothing but
    the words of what is not told yet. A rule that is switched off keeps its slots, untold, until they expire. Returns the slots of this anchor, in order of time.
    """
    rule = ReminderRule.objects.filter(key=rule_key).first()
    if rule is None:
        raise LookupError(f"no reminder rule {rule_key!r}")
    moments = due_times(anchor, rule.offsets_minutes, now=now or timezone.now(), not_after=not_after)
    this_time = f"{anchor.astimezone(datetime.UTC):%Y%m%dT%H%M}-"
    keys = _due_keys(rule, subject, {offset: f"{this_time}{offset}" for offset, _ in moments})
    of_subject = ReminderSlot.objects.filter(rule=rule, subject=subject)
    _cancel(of_subject.exclude(due_key__startswith=this_time))
    _cancel(of_subject.open().exclude(due_key__in=keys.values()))
    put_slots(
        [
            ReminderSlot(
                rule=rule,
                subject=subject,
                due_key=keys[offset],
                organization=organization,
                due_at=moment,
                not_after=not_after,
                audience=audience,
                title=title[:120],
                body=body[:500],
                link=link[:200],
            )
            for offset, moment in moments
        ]
    )
    return list(of_subject.filter(due_key__in=keys.values()).order_by("due_at"))


@transaction.atomic
def cancel_reminders(*, by, subject: str) -> int:
    """Cancel everything about the subject that still lies ahead; returns how many reminders were open.

    Mail that waits is cancelled too, so nothing that is not yet being sent will be (G5). Messages already in somebody's
    inbox stay there and are marked as cancelled.
    """
    return _cancel(ReminderSlot.objects.filter(subject=subject))


def put_slots(slots: list[ReminderSlot]) -> int:
    """Write the slots in one statement, each at most once per rule, subject and due key; returns how many changed."""
    if not slots:
        return 0
    fields = [field for field in ReminderSlot._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    rows = [[_value(slot, field) for field in fields] for slot in slots]
    places = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO notices_reminderslot ({columns}) VALUES {places} {_KEEP_OR_RENEW}",
            [value for row in rows for value in row],
        )
        return cursor.rowcount


def _value(slot: ReminderSlot, field):
    return field.get_db_prep_save(field.pre_save(slot, add=True), connection)


def _due_keys(rule: ReminderRule, subject: str, wanted: dict[int, str]) -> dict[int, str]:
    """The due key per offset. A time that was told, cancelled and is set again is a new reminder, so it gets a number."""
    earlier = list(
        ReminderSlot.objects.filter(rule=rule, subject=subject)
        .annotate(was_told=BoolOr(Q(deliveries__isnull=False)))
        .values_list("due_key", "state", "was_told")
    )
    keys = {}
    for offset, key in wanted.items():
        spent = sum(
            state == ReminderSlot.State.CANCELLED and was_told and due_key.split("~")[0] == key
            for due_key, state, was_told in earlier
        )
        keys[offset] = f"{key}~{spent + 1}" if spent else key
    return keys


def _cancel(slots) -> int:
    """Cancel these: open ones, and told ones that still lie ahead with their waiting mail. Returns the open ones."""
    ids = list(slots.values_list("pk", flat=True))
    opened = ReminderSlot.objects.filter(pk__in=ids, state=ReminderSlot.State.OPEN).update(
        state=ReminderSlot.State.CANCELLED
    )
    ReminderSlot.objects.filter(
        pk__in=ids, state=ReminderSlot.State.TOLD, not_after__gt=timezone.now()
    ).update(state=ReminderSlot.State.CANCELLED)
    Delivery.objects.filter(
        slot_id__in=ids, slot__state=ReminderSlot.State.CANCELLED, status=Delivery.Status.PENDING
    ).update(status=Delivery.Status.CANCELLED, next_at=None)
    return opened

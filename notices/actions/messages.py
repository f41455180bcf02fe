"""Messages of lower apps: told by the next tick, to named members, as a reminder whose moment is now."""

import datetime

from django.utils import timezone

from branch_portal.registries import Message, message_carrier
from notices.actions.slots import plan_reminders

#: An answer that nobody could be told for so long is found on the page itself.
TELL_WITHIN = datetime.timedelta(days=30)


@message_carrier
def carry(*, by, message: Message) -> None:
    now = timezone.now()
    plan_reminders(
        by=by,
        rule_key=message.rule_key,
        subject=message.subject,
        organization=message.organization,
        anchor=now,
        not_after=now + TELL_WITHIN,
        audience={"kind": "members", "ids": list(message.member_ids)},
        title=message.title,
        body=message.body,
        link=message.link,
        now=now,
    )

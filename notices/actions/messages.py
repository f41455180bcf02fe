"""Messages of lower apps: told by the next tick, to named members, as a reminder whose moment is now."""

import datetime

from django.utils import timezone

from branch_portal.registries import Message, message_carrier
from members.models import User
from members.queries.organizations import home_of
from notices.actions.slots import plan_reminders

#: An answer that nobody could be told for so long is found on the page itself.
TELL_WITHIN = datetime.timedelta(days=30)


@message_carrier
def carry(*, by, message: Message) -> None:
    now = timezone.now()
    organization, audience = message.organization, {"kind": "members", "ids": list(message.member_ids)}
    if message.account_ids:
        audience = {"kind": "accounts", "ids": list(message.account_ids)}
        organization = organization or home_of(User.objects.get(pk=message.account_ids[0]))
    if organization is None:
        return  # a portal without a single organisation yet: the page that this is about says the same
    plan_reminders(
        by=by,
        rule_key=message.rule_key,
        subject=message.subject,
        organization=organization,
        anchor=now,
        not_after=now + TELL_WITHIN,
        audience=audience,
        title=message.title,
        body=message.body,
        link=message.link,
        now=now,
    )

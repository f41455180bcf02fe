"""The things that the access table names of receipts: a mail that did not get through, in branch A."""

from notices.models import Delivery
from tests.personas import World


def rule_things(world: World, message: Delivery) -> dict[str, object]:
    return {
        "committee": world.committee,
        "dead_mail": Delivery.objects.create(
            slot=message.slot,
            recipient=world.member_a,
            branch=world.branch_a,
            channel="email",
            status="dead",
            attempts=12,
            last_error="邮件服务器拒收该地址（550）",
        ),
    }

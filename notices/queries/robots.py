"""Robots of the organisations that somebody looks after, and what became of their latest messages."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from branch_portal.dates import today_shanghai
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from notices.actions.looking import ROBOT_TEST
from notices.groups import GROUPS, group_of
from notices.models import Delivery, ReminderRule, RobotAddress
from notices.registry import inside_only

ROBOT_ORDER = ("-created_at", "-pk")
SHOWN = 20
_FAILED = (Delivery.Status.DEAD, Delivery.Status.UNKNOWN)
_WAITING = (Delivery.Status.PENDING, Delivery.Status.SENDING)


def robots_of(user) -> QuerySet[RobotAddress]:
    """With how many messages wait, and why the latest failure was one."""
    own = Delivery.objects.filter(robot=OuterRef("pk"))
    latest = own.filter(status__in=_FAILED).order_by("-created_at", "-pk")
    waiting = own.filter(status__in=_WAITING).order_by().values("robot").annotate(number=Count("pk"))
    return (
        RobotAddress.objects.visible_to(user)
        .without_secrets()
        .select_related("organization")
        .annotate(
            waiting_count=Coalesce(Subquery(waiting.values("number")), 0),
            failure=Subquery(latest.values("last_error")[:1]),
        )
    )


def posts_of(robot: RobotAddress) -> list[Delivery]:
    """The robot's latest messages. The caller has checked that the asker looks after the robot."""
    found = Delivery.objects.filter(robot=robot).select_related("slot__rule")
    return list(found.order_by("-created_at", "-pk")[:SHOWN])


def organizations_for(user) -> list[PartyOrganization]:
    """Where the user may add one: cells have no group of their own."""
    found = PartyOrganization.objects.permitted(user, Permission.MANAGE_ROBOTS)
    return list(
        found.existing_on(today_shanghai()).exclude(kind=PartyOrganization.Kind.CELL).order_by("path")
    )


def sayable_rules() -> list[tuple[str, str]]:
    """Rules whose words may leave the portal, group by group, as choices."""
    rules = ReminderRule.objects.exclude(key__in=[*inside_only(), ROBOT_TEST]).values_list("key", "name")
    return sorted(rules, key=lambda rule: GROUPS.index(group_of(rule[0])))

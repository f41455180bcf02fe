"""群机器人: added, tried, changed, switched off and on again. What they say is sent by the ticks."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from branch_portal.http_out import NotAllowed
from branch_portal.permissions import Permission
from members.models import PartyOrganization, User
from notices.actions.looking import ROBOT_TEST
from notices.channels import ROBOT_CHANNELS
from notices.models import Delivery, ReminderRule, ReminderSlot, RobotAddress
from notices.models.robots import TAIL

#: A test that nobody could be told for so long answers itself.
_TRY_FOR = datetime.timedelta(minutes=30)
_BETWEEN_TESTS = datetime.timedelta(minutes=1)


class RobotRefused(Exception):
    """Not done; the message is Chinese."""


@transaction.atomic
def add_robot(
    *,
    by: User,
    organization: PartyOrganization,
    kind: str,
    name: str,
    url: str,
    secret: str = "",
    rule_keys: list[str] | None = None,
) -> RobotAddress:
    """Keep a robot's address, sealed. Only addresses of the kind's own hosts are taken."""
    _may(by, organization)
    channel = ROBOT_CHANNELS[kind]
    try:
        channel.target(url)
    except NotAllowed as error:
        raise RobotRefused(address_words(kind)) from error
    if secret and not channel.takes_secret:
        raise RobotRefused(f"{channel.label}群机器人没有加签密钥，请不要填写。")
    try:
        with transaction.atomic():
            return RobotAddress.objects.create(
                organization=organization,
                kind=kind,
                name=name,
                url=url,
                url_tail=url[-TAIL:],
                secret=secret,
                rule_keys=sorted(rule_keys or []),
                created_by=by,
            )
    except IntegrityError as error:
        raise RobotRefused("这个地址已经添加过，请在列表中查看。") from error


@transaction.atomic
def change_robot(*, by: User, robot: RobotAddress, name: str, rule_keys: list[str]) -> None:
    """Another name, other reminders; what waits already is asked again before it is sent."""
    _may(by, robot.organization)
    robot.name, robot.rule_keys = name, sorted(rule_keys)
    robot.save(update_fields=["name", "rule_keys"])


@transaction.atomic
def switch_off_robot(*, by: User, robot: RobotAddress) -> None:
    """停用: says nothing from now on, not even what waits."""
    _may(by, robot.organization)
    robot.enabled = False
    robot.save(update_fields=["enabled"])
    waiting = Delivery.objects.filter(robot=robot, status=Delivery.Status.PENDING)
    waiting.update(status=Delivery.Status.SUPPRESSED, next_at=None, last_error="群机器人已停用")


@transaction.atomic
def switch_on_robot(*, by: User, robot: RobotAddress) -> None:
    _may(by, robot.organization)
    robot.enabled = True
    try:
        with transaction.atomic():
            robot.save(update_fields=["enabled"])
    except IntegrityError as error:
        raise RobotRefused("同一地址的群机器人已经启用，请在列表中查看。") from error


@transaction.atomic
def try_robot(*, by: User, robot: RobotAddress, now: datetime.datetime | None = None) -> Delivery:
    """A message that says it is a test, sent by the next tick: the web itself calls nobody."""
    _may(by, robot.organization)
    if not robot.enabled:
        raise RobotRefused("群机器人已停用，请先启用。")
    moment = now or timezone.now()
    RobotAddress.objects.select_for_update(no_key=True).get(pk=robot.pk)
    tests = Delivery.objects.filter(robot=robot, slot__rule__key=ROBOT_TEST)
    if tests.filter(slot__due_at__gt=moment - _BETWEEN_TESTS).exists():
        raise RobotRefused("刚刚发过测试消息，请一分钟后再试。")
    slot = ReminderSlot.objects.create(
        rule=ReminderRule.objects.get(key=ROBOT_TEST),
        subject=f"notices.robot:{robot.uid}",
        due_key=f"{moment:%Y%m%dT%H%M%S}",
        organization=robot.organization,
        due_at=moment,
        not_after=moment + _TRY_FOR,
        state=ReminderSlot.State.TOLD,
        audience={"kind": "robot"},
        title="测试消息",
        body="群机器人已接通，以后的会议通知和到期提醒会发到本群。",
    )
    return Delivery.objects.create(
        slot=slot, robot=robot, branch=robot.organization, channel=robot.kind, next_at=moment
    )


def address_words(kind: str) -> str:
    """What is wrong with an address, and where the right one is found."""
    channel = ROBOT_CHANNELS[kind]
    return (
        f"这不是{channel.label}群机器人的地址。请在{channel.label}群的机器人设置中整段复制，"
        f"应为 https 开头，形如 {channel.example}"
    )


def _may(by: User, organization: PartyOrganization) -> None:
    if not by.access.may(Permission.MANAGE_ROBOTS, organization):
        raise RobotRefused("您没有管理这个党组织群机器人的权限。")

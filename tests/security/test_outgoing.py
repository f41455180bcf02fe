"""What leaves by itself goes to nobody else: mails, robots' posts and in-app messages of a round of reminders, in a world
of two committees whose every text bears a mark."""

import datetime
from email.utils import parseaddr

import pytest

from branch_portal.dates import local_datetime, today_shanghai
from members.models import PartyOrganization, User
from notices.actions.slots import plan_reminders
from notices.actions.tick import tick
from notices.models import Delivery, RobotAddress
from tests.access_objects import objects_of_branch_a
from tests.harness.mailsink import MailSink
from tests.harness.websink import WebSink
from tests.notices.factories import mail_to, robot
from tests.security.canaries import Mark, Planted, plant
from tests.security.worlds import mirror
from tests.source import none

pytestmark = pytest.mark.django_db

#: What a committee sends to the branches below it is the committee's, and theirs to read.
SENT_DOWN = "supervision.request:"


@pytest.fixture
def web(settings):
    sink = WebSink()
    sink.start()
    settings.PORTAL_OUT_TEST_HOSTS = [sink.host]
    yield sink
    sink.stop()


@pytest.fixture
def mail(settings):
    sink = MailSink()
    sink.start()
    mail_to(settings, sink)
    yield sink
    sink.stop()


def places_of(account: User) -> set[int]:
    """Where somebody is at home or works, with all below; said from the rows and not by `access`."""
    roots = [grant.organization for grant in account.grants.select_related("organization")]
    if account.member:
        roots += [account.member.branch, *(held.organization for held in account.member.tenures.all())]
    return _below(root for root in roots if root)


def _below(roots) -> set[int]:
    starts = tuple(root.path for root in roots)
    return {pk for pk, path in _tree() if starts and path.startswith(starts)}


def _above(places: set[int]) -> set[int]:
    paths = [path for pk, path in _tree() if pk in places]
    return {pk for pk, path in _tree() if any(own.startswith(path) for own in paths)}


def _tree() -> list[tuple[int, str]]:
    return list(PartyOrganization.objects.unscoped("the test's own question").values_list("pk", "path"))


def foreign(marks: set[Mark], places: set[int]) -> list[str]:
    return sorted(mark.label for mark in marks if not mark.place.organizations & places)


def both_committees_have_something_to_say(world, twin, planted: Planted, now: datetime.datetime) -> None:
    """Beside what is due by itself: a notice of each branch with marked words, to all its members."""
    for side in (world, twin):
        branch = PartyOrganization.objects.get(pk=side.branch_a.pk)
        plan_reminders(
            by=side.secretary_a, rule_key="meeting_notice", subject=f"test:{branch.pk}", anchor=now + datetime.timedelta(days=1),
            audience={"kind": "branch_members", "organization": branch.pk}, now=now, not_after=now + datetime.timedelta(days=1),
            title=f"活动：{branch.name}", body=f"地点：{branch.usual_place}", link="/activities/", organization=branch,
        )  # fmt: skip


def test_a_round_of_reminders_tells_nobody_of_another_committee(world, mail, web):
    objects_of_branch_a(world)
    twin, _ = mirror(world)
    RobotAddress.objects.update(enabled=False)
    planted = plant(Planted())
    robots = {name: robot(side, web, name).organization for side, name in ((world, "ours"), (twin, "theirs"))}
    now = local_datetime(today_shanghai()) + datetime.timedelta(hours=12)
    both_committees_have_something_to_say(world, twin, planted, now)
    tick(ticker="test", now=now)
    findings = [*_told(planted), *_mailed(planted, mail), *_posted(planted, web, robots)]
    none(findings)


def _told(planted: Planted) -> list[str]:
    findings, told = (
        [],
        Delivery.objects.filter(channel="inapp").select_related("slot", "recipient__member__branch"),
    )
    assert len({row.branch_id for row in told}) > 1, "both committees were told something"
    for row in told:
        places = places_of(row.recipient)
        if row.slot.subject.startswith(SENT_DOWN):
            places |= _above(places)
        text = f"{row.slot.title}{row.slot.body}"
        findings += [
            f"in-app: {row.recipient} reads {label}" for label in foreign(planted.found_in(text), places)
        ]
        if row.slot.organization_id and row.slot.organization_id not in places:
            findings.append(
                f"in-app: {row.recipient} is told what concerns {row.slot.organization} ({row.slot.subject})"
            )
    return findings


def _mailed(planted: Planted, sink: MailSink) -> list[str]:
    findings = []
    assert sink.mails, "somebody was written to"
    for mail in sink.mails:
        (account,) = User.objects.filter(email__in=[parseaddr(name)[1] for name in mail.recipients])
        marks = planted.found_in(f"{mail.subject}{mail.text}{mail.message}")
        marks -= {mark for mark in marks if mark.label == "members.User.email"}
        findings += [f"mail to {account}: {label}" for label in foreign(marks, places_of(account))]
        findings += [f"mail to {account}: {mark.label} is sealed" for mark in marks if mark.sealed]
    return findings


def _posted(planted: Planted, sink: WebSink, robots: dict) -> list[str]:
    findings = []
    assert sink.posts, "a robot spoke"
    for post in sink.posts:
        home, marks = robots[post.robot.rpartition("=")[2]], planted.found_in(post.text)
        findings += [f"robot of {home}: {label}" for label in foreign(marks, _below([home]))]
        findings += [f"robot names {mark.label}" for mark in marks if mark.person is not None]
    return findings

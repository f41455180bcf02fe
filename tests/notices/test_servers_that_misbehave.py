"""G7 across channels: whatever one server does, the others have theirs at once and the portal has had it before."""

import time

import pytest

from notices.models import Delivery
from tests import factories as make
from tests.notices.factories import NOON, at, plan, robot, send

pytestmark = pytest.mark.django_db
AT_ONCE = 1.5
DEADLINE = 2.0
MAILED = 4


@pytest.fixture
def told(world, web, mail):
    """One notice: the portal has it, three robots and some mailboxes wait."""
    for name in ("g1", "g2", "g3"):
        robot(world, web, name)
    for index in range(MAILED - 1):
        make.user(f"m{index}", member=make.member(world.branch_a), email=f"m{index}@demo.example")
    plan(world, anchor=NOON.replace(day=16))
    at(NOON)
    assert Delivery.objects.filter(channel="inapp", status="sent").count() >= MAILED
    assert Delivery.objects.filter(channel="email", status="pending").count() == MAILED


@pytest.mark.fault("F27", "mail server refuses, hangs, drips, lies")
@pytest.mark.parametrize(
    ("manner", "ended"), [("hang", "pending"), ("drip", "pending"), ("drop", "pending"), ("lie", "sent")]
)
def test_a_mail_server_holds_up_no_robot(told, web, mail, manner, ended, measured):
    """A server that takes mail and throws it away cannot be told from an honest one: its word counts (G2)."""
    mail.manner = manner
    begun = time.time()
    counts = send(deadline=DEADLINE)
    assert counts["wecom_sent"] == 3
    last = max(post.at for post in web.posts) - begun
    assert last < AT_ONCE
    assert ended in set(Delivery.objects.filter(channel="email").values_list("status", flat=True))
    assert not Delivery.objects.filter(status="sending").exists()
    measured(f"mail server {manner}: {ended}, 3 of 3 robots told after {last:.1f} s")


@pytest.mark.fault("F28", "robot answers 200 with an error, garbage, a ban")
@pytest.mark.parametrize("behaviour", ["hang", "drip", "drop", "reset", "status:500", "code:45009", "huge"])
def test_a_robot_holds_up_neither_mail_nor_other_robots(told, web, mail, behaviour, measured):
    web.behave_at = {"/cgi-bin/webhook/send?key=g1": behaviour}
    begun = time.time()
    counts = send(deadline=DEADLINE)
    assert (counts["email_sent"], counts["wecom_sent"], counts["wecom_pending"]) == (MAILED, 2, 1)
    good = [post.at for post in web.posts if post.answered]
    assert len(good) == 2
    assert max(good) - begun < AT_ONCE
    assert len(mail.mails) == MAILED
    assert not Delivery.objects.filter(status="sending").exists()
    measured(f"robot {behaviour}: tried again, the others told after {max(good) - begun:.1f} s")

"""Cases G that the sign-in's own tests do not have: forged, foreign and future codes, and guessing."""

import datetime
import uuid

import pytest
from django.utils import timezone

from activities.actions.signin import open_sign_in, signing_key
from activities.models import SignIn
from activities.rules.signin import STEP, write_token
from tests.activities import factories as life
from tests.corpus.cases import case

pytestmark = pytest.mark.django_db


@pytest.fixture
def opening(world):
    share = life.announcement(world.secretary_a, world.branch_a, days=0, start="00:00", end="23:59")
    return open_sign_in(by=world.secretary_a, share=share)


def _code(opening, *, key=None, later: int = 0, uid=None) -> str:
    moment = timezone.now() + datetime.timedelta(seconds=later)
    return f"/activities/s/{write_token(key or signing_key(), uid or opening.uid, moment)}/"


@pytest.mark.parametrize(
    ("make", "status"),
    [
        case("G96", "signed for another gathering", lambda o: _foreign(o), 410),
        case("G96", "of a gathering that never was", lambda o: _code(o, uid=uuid.uuid4()), 404),
        case("G96", "signed by another portal", lambda o: _code(o, key=b"x" * 32), 410),
        case("G97", "of three windows ago", lambda o: _code(o, later=-3 * STEP), 410),
        case("G98", "of the next window", lambda o: _code(o, later=2 * STEP), 410),
    ],
)
def test_no_other_code_is_taken(world, opening, as_user, make, status):
    client = as_user(world.member_a)
    for answer in (client.get(make(opening)), client.post(make(opening), {})):
        assert answer.status_code == status
        assert "再扫一次" in answer.content.decode()
    assert not SignIn.objects.exists()


def _foreign(opening) -> str:
    """The address of this gathering with the signature of another."""
    mine, other = (_code(opening, uid=uid).split("/")[-2] for uid in (opening.uid, uuid.uuid4()))
    return f"/activities/s/{mine[:22]}{other[22:]}/"


@pytest.mark.parametrize("tries", [case("G103", "guessing", 40)])
def test_guessing_ends_after_ten(world, opening, as_user, tries):
    client = as_user(world.member_a)
    answers = [client.get(_code(opening, key=uuid.uuid4().bytes * 2)).status_code for _ in range(tries)]
    assert answers == [410] * 10 + [429] * (tries - 10)
    assert client.get(_code(opening)).status_code == 429, "also with the right one, for a quarter of an hour"
    assert as_user(world.secretary_a).get(_code(opening)).status_code == 200, "and for nobody else"
    assert not SignIn.objects.exists()

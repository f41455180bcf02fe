"""The demo: complete, the same for the same seed, loaded once, never into real data, and its summaries as a rebuild makes them."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from activities.models import ActivityRecord, RollEntry
from activities.queries.eligibility import eligible_members
from activities.queries.subjects import credit_source
from branch_portal.dates import today_shanghai
from learning.models import MemberYear, StudyCredit
from learning.rules.categories import category_of_kind
from members.models import Member, PartyOrganization, User
from members.rules import national_id
from supervision.demo.accounts import code_of
from supervision.demo.structure import HOME
from tests import factories as make


def run(*arguments) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_demo_is_whole_and_loads_once(committed_demo_db, tmp_path):
    kinds = dict.fromkeys(["committee", "general_branch", "branch"], 0)
    for kind in PartyOrganization.objects.exclude(kind="cell").values_list("kind", flat=True):
        kinds[kind] += 1
    assert kinds == {"committee": 1, "general_branch": 2, "branch": 12}
    assert Member.objects.count() == User.objects.exclude(member=None).count() == 320
    assert len(set(Member.objects.values_list("name", flat=True))) == 320
    counts = (ActivityRecord.objects.count(), RollEntry.objects.count())
    assert counts[0] > 700 and counts[1] > 10_000
    path = tmp_path / "logins.json"
    assert "已在库中" in run("load_demo", "--write-logins", str(path))
    assert (ActivityRecord.objects.count(), RollEntry.objects.count()) == counts
    logins = json.loads(path.read_text())
    assert [login["role"] for login in logins] == [
        "superuser",
        "committee",
        "secretary",
        "member",
        "secretary_other",
        "system_administrator",
        "security_administrator",
        "audit_administrator",
    ]
    for login in logins:
        assert User.objects.get(username=login["username"]).check_password(login["password"])
    assert path.stat().st_mode & 0o777 == 0o600
    for command in ("rebuild_branch_years", "rebuild_member_years", "rebuild_record_quality"):
        assert "，0 行有差异" in run(command, "--check")
    assert MemberYear.objects.filter(year=today_shanghai().year, hours__gt=0).count() > 300


def test_the_home_branch_has_thirty_on_its_roll_and_a_theme_day_to_log(committed_demo_db):
    today = today_shanghai()
    home = PartyOrganization.objects.get(code=code_of(HOME))
    people = eligible_members(kind="theme_day", branch=home, day=today)
    assert [person.row_number for person in people] == list(range(1, 31))
    assert {person.status for person in people} == {"present"}
    month = {"branch": home, "kind": "theme_day", "on_date__year": today.year, "on_date__month": today.month}
    assert not ActivityRecord.objects.filter(**month).counted().exists()


def test_a_stored_roll_is_the_list_of_its_day(committed_demo_db):
    for record in (
        ActivityRecord.objects.filter(kind="general_meeting")
        .select_related("share", "branch")
        .order_by("-on_date")[:12]
    ):
        stored = list(
            RollEntry.objects.filter(share=record.share)
            .order_by("row_number")
            .values_list("member_id", flat=True)
        )
        people = eligible_members(kind=record.kind, branch=record.branch, day=record.on_date)
        assert set(stored) == {person.member_id for person in people}


def test_identity_numbers_are_valid_only_as_demo(committed_demo_db):
    for member in Member.objects.all()[:40]:
        assert national_id.check(member.id_number, allow_demo=True) == []
        assert national_id.check(member.id_number) != []


def test_real_data_is_never_mixed_with_the_demo(db):
    make.organization()
    with pytest.raises(CommandError, match="真实数据"):
        run("load_demo")
    assert "不装入" in run("load_demo", "--if-empty")
    assert Member.objects.count() == 0


def test_the_returned_record_counts_and_nothing_is_written_tomorrow(committed_demo_db):
    """As the actions would have it: a returned record's hours stand, waiting, and every stamp has passed."""
    returned = ActivityRecord.objects.get(state="returned")
    if category_of_kind(returned.kind) is not None:
        present = returned.share.roll.filter(minutes__gt=0).count()
        credits = StudyCredit.objects.filter(source=credit_source(returned))
        assert (credits.count(), set(credits.values_list("status", flat=True))) == (present, {"pending"})
    assert not ActivityRecord.objects.filter(recorded_at__gt=timezone.now()).exists()

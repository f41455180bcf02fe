"""保存期限: what is due goes, what is not stays, a second run finds nothing, one failure holds up no other."""

import datetime
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from branch_portal import retention
from branch_portal.health import look
from branch_portal.models import Job, KeptForm, ListExport, RetentionRun, SubmissionKey
from branch_portal.queries_retention import retention_is_due
from branch_portal.retention import (
    RetentionRule,
    apply_short_rules,
    due_rows,
    hours_kept,
    retention_rules,
    run_retention,
    too_short,
)
from branch_portal.tasks import tidy
from members.actions.people import update_member
from members.models import (
    CorrectionRequest,
    ImportBatch,
    LoginAttempt,
    Member,
    MemberKey,
    PersonalDataErasure,
    SecurityEvent,
)
from tests import factories as make

DAY = datetime.timedelta(days=1)


def today():
    return timezone.now().date()


@pytest.fixture
def event_model():
    return Member.events.field.model


def test_people_who_left_a_year_ago_are_cleared_and_nobody_else(db, event_model):
    branch = make.organization()
    old = make.former_member(branch, "钱大", on=today() - 366 * DAY)
    recent = make.former_member(branch, "孙二", on=today() - 360 * DAY)
    here = make.member(branch, "李三")
    update_member(by=None, member=old, version=old.version, values={"mobile": "13900001111"})
    CorrectionRequest.objects.create(
        member=old, field="mobile", proposed="13900002222", due_on=today(), state="refused",
        decided_at=timezone.now(), reply="不予采纳",
    )  # fmt: skip
    assert due_rows()["left_members"] == 1
    assert run_retention().removed["left_members"] == 1
    cleared = Member.objects.get(pk=old.pk)
    assert [getattr(cleared, name) for name in Member.SEALED_FIELDS] == [""] * 6
    assert (cleared.name, cleared.mobile_tail, cleared.birth_year) == ("钱大", "", None)
    assert (cleared.id_number_index, cleared.mobile_index) == (None, None)
    assert {each.id_number for each in event_model.objects.filter(pgh_obj=old.pk)} == {""}
    assert not MemberKey.objects.filter(member=old).exists()
    assert CorrectionRequest.objects.get(member=old).proposed == ""
    written = PersonalDataErasure.objects.get()
    assert (written.member_id, written.ground, written.by) == (old.pk, "retention", None)
    for other in (recent, here):
        assert Member.objects.get(pk=other.pk).id_number == other.id_number
    again = run_retention()
    assert (again.removed["left_members"], again.failed) == (0, {})


def test_who_came_back_is_not_cleared(db):
    branch = make.organization()
    back = make.former_member(branch, on=today() - 400 * DAY)
    from members.models import Affiliation

    Affiliation.objects.create(member=back, branch=branch, period=(today() - 100 * DAY, None), gain="initial")
    Member.objects.filter(pk=back.pk).update(branch=branch, left_branch=None, standing="normal")
    assert due_rows()["left_members"] == 0


def old_rows(world, now):
    """One row of each kind that is over, and one that is not: key → (model, filter of what must stay)."""
    user, branch = world.secretary_a, world.branch_a
    ages = {"old": 1000, "new": 0}
    for word, days in ages.items():
        at = now - datetime.timedelta(days=days)
        KeptForm.objects.create(user=user, key=word, data="x", saved_at=at)
        SubmissionKey.objects.create(key=uuid.uuid4(), user=user, result_url=word)
        SubmissionKey.objects.filter(result_url=word).update(created_at=at)
        Job.objects.create(kind=word, title=word, owner=user, state="done", finished_at=at)
        export = ListExport.objects.create(
            owner=user, reason=word, model_label="x", asked="x", content="secret"
        )
        ListExport.objects.filter(pk=export.pk).update(created_at=at)
        batch = ImportBatch.objects.create(
            owner=user, branch=branch, file_name=word, since=at, content="secret"
        )
        ImportBatch.objects.filter(pk=batch.pk).update(created_at=at)
        SecurityEvent.objects.create(at=at, kind="sign_in", detail=word)
        LoginAttempt.objects.create(key=word, window_start=at, ends_at=at)


def test_what_is_over_goes_and_what_is_not_stays(world):
    now = timezone.now()
    old_rows(world, now)
    expected = {"kept_forms": 1, "submission_keys": 1, "jobs": 1, "list_exports": 1, "imports": 1, "security_events": 1, "login_attempts": 1}  # fmt: skip
    found = due_rows()
    assert {key: found[key] for key in expected} == expected
    run = run_retention(now=now)
    assert {key: run.removed[key] for key in expected} == expected
    assert run.failed == {}
    assert [row.key for row in KeptForm.objects.all()] == ["new"]
    assert [row.result_url for row in SubmissionKey.objects.all()] == ["new"]
    assert [row.kind for row in Job.objects.all()] == ["new"]
    assert {row.reason: row.content for row in ListExport.objects.all()} == {"old": "", "new": "secret"}
    assert {row.file_name: (row.state, row.content) for row in ImportBatch.objects.all()} == {
        "old": ("expired", ""), "new": ("pending", "secret"),
    }  # fmt: skip
    assert set(SecurityEvent.objects.values_list("detail", flat=True)) & {"old", "new"} == {"new"}
    assert LoginAttempt.objects.filter(key__in=["old", "new"]).values_list("key", flat=True)[0] == "new"
    assert sum(run_retention(now=now).removed.values()) == 0


#: Rules whose rows `old_rows` makes and which are applied every hour.
SHORT = {"list_exports", "imports"}


def test_every_hour_what_is_kept_for_a_day(world):
    """The hour's round and the night's ask the same rules; whatever is kept longer waits for the night."""
    old_rows(world, timezone.now())
    tidy()
    assert ListExport.objects.get(reason="old").content == ""
    assert ImportBatch.objects.get(file_name="old").state == "expired"
    assert Job.objects.filter(kind="old").exists() and KeptForm.objects.filter(key="old").exists()
    removed = run_retention().removed
    assert {removed[key] for key in SHORT} == {0} and removed["jobs"] == 1


def test_a_longer_setting_is_honoured_by_the_hour_too(world, settings):
    settings.PORTAL_RETENTION_DAYS = dict.fromkeys(SHORT, "5")
    now = timezone.now()
    old_rows(world, now)
    aged = now - 4 * DAY
    ListExport.objects.update(created_at=aged)
    ImportBatch.objects.update(created_at=aged)
    for _ in range(2):
        tidy()
    run_retention()
    assert {row.content for row in ListExport.objects.all()} == {"secret"}
    assert {(row.state, row.content) for row in ImportBatch.objects.all()} == {("pending", "secret")}
    assert hours_kept("list_exports") == 120
    removed = apply_short_rules(now=now + 2 * DAY)
    assert {key: removed[key] for key in SHORT} == dict.fromkeys(SHORT, 2)


def test_security_events_of_half_a_year_stay_whatever_the_setting_says(world, settings):
    settings.PORTAL_RETENTION_DAYS = {"security_events": "1"}
    SecurityEvent.objects.create(at=timezone.now() - 180 * DAY, kind="sign_in")
    assert run_retention().removed["security_events"] == 0
    from django.db import connection

    with connection.cursor() as cursor:
        ids = list(SecurityEvent.objects.values_list("pk", flat=True))
        cursor.execute("SELECT members_expire_security_events(%s)", [ids])
        assert cursor.fetchone() == (0,)


def test_a_setting_below_the_minimum_or_of_no_rule_is_an_error(settings):
    settings.PORTAL_RETENTION_DAYS = {"left_members": "30", "typo": "5", "jobs": "x", "kept_forms": "60"}
    assert too_short() == ["left_members：至少 180 天", "typo：没有这项规则", "jobs：至少 30 天"]
    kept = {rule.key: rule.days_kept for rule in retention_rules() if rule.key != "jobs"}
    assert (kept["left_members"], kept["kept_forms"]) == (180, 60)


def test_every_rule_says_what_it_does(db):
    for rule in retention_rules():
        assert rule.data and rule.kept and rule.then, rule.key
        assert 0 <= rule.minimum <= rule.days, rule.key
        str(rule.due(timezone.now()).order_by("pk").query)


def test_a_rule_that_fails_is_written_down_and_holds_up_no_other(db, monkeypatch):
    broken = RetentionRule(
        key="aaa", data="坏", kept="后", then="删除", days=1, minimum=1, order=0,
        due=lambda cutoff: RetentionRun.objects.all(), remove=lambda rows: 0,
    )  # fmt: skip
    monkeypatch.setitem(retention._rules, "aaa", broken)
    RetentionRun.objects.create(started_at=timezone.now())
    run = run_retention()
    assert run.failed == {"aaa": "RuntimeError"}
    assert "left_members" in run.removed
    assert "retention_failed" in {alarm.key for alarm in look().alarms}


def test_batches_go_on_until_nothing_is_left(world, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        KeptForm.objects.create(
            user=world.secretary_a, key=str(number), data="", saved_at=timezone.now() - 90 * DAY
        )
    assert run_retention().removed["kept_forms"] == 5


def test_the_night_has_one_run_and_a_missed_one_is_made_up_for(db):
    noon = datetime.datetime(2026, 3, 2, 4, tzinfo=datetime.UTC)  # 12 o'clock in Shanghai
    night = noon + datetime.timedelta(hours=14)  # 2 o'clock
    assert retention_is_due(noon)
    RetentionRun.objects.create(started_at=noon)
    assert not retention_is_due(noon + datetime.timedelta(hours=11))
    assert retention_is_due(night)
    RetentionRun.objects.create(started_at=night)
    assert not retention_is_due(night + datetime.timedelta(hours=1))
    assert not retention_is_due(night + datetime.timedelta(hours=20))
    assert retention_is_due(night + datetime.timedelta(hours=31))


def test_the_command_counts_without_removing(world, capsys):
    KeptForm.objects.create(user=world.secretary_a, key="x", data="", saved_at=timezone.now() - 90 * DAY)
    call_command("retention", "--dry-run")
    assert "kept_forms 自动保存、没有提交的表单：1 条到期" in capsys.readouterr().out
    assert KeptForm.objects.exists()
    call_command("retention")
    assert "已清理 1 条" in capsys.readouterr().out
    assert not KeptForm.objects.exists()


def test_the_operator_reads_the_rules_and_what_was_removed(world, client):
    client.force_login(world.superuser)
    RetentionRun.objects.create(started_at=timezone.now(), ended_at=timezone.now(), removed={"kept_forms": 7})
    page = client.get("/operations/retention/").content.decode()
    for rule in retention_rules():
        assert rule.data in page
    assert "共 7 条" in page
    assert "共清理 7 条" in client.get("/operations/").content.decode()


def test_a_run_at_work_is_not_joined_by_another(committed_db):
    import psycopg2

    from tests.harness.databases import run_sql

    other = psycopg2.connect(committed_db.web_url)
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [retention._LOCK])
            with pytest.raises(CommandError, match="正在进行"):
                call_command("retention")
            # The end of the session gives it back too, but some moments after it was asked for.
            cursor.execute("SELECT pg_advisory_unlock(%s)", [retention._LOCK])
    finally:
        other.close()
    call_command("retention")
    assert run_sql(committed_db.owner_url, "SELECT count(*) FROM branch_portal_retentionrun") == [(1,)]

"""Training classes: planned, held, confirmed; credits by calendar year; corrections; who sees whom."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from branch_portal.dates import today_shanghai
from branch_portal.registries import calendar_entries
from learning.actions.training import (
    ClassConflict,
    ask_branch,
    cancel_class,
    change_class,
    set_half_days,
    unask_branch,
)
from learning.actions.training_roll import (
    RollConflict,
    RollMark,
    confirm_class,
    enroll,
    save_roll,
    take_off,
    what_is_missing,
)
from learning.models import (
    MemberYear,
    StudyCredit,
    StudyRule,
    TrainingClass,
    TrainingEnrollment,
    TrainingMark,
    TrainingSession,
)
from members.actions.errors import ActionRefused
from notices.models import ReminderSlot
from tests import factories as make
from tests.learning import classes

SICK = ("leave", "sick", "")


@pytest.fixture
def people(world):
    return world.members_a[3:6]


def year_of(member, year):
    return MemberYear.objects.get(member=member, year=year)


def test_30_dec_to_3_jan_at_8_a_day_is_16_and_24(world, people):
    training = classes.confirmed(world.staff, world.committee, people)
    one = people[0].pk
    assert [row[1:5] for row in classes.ledger(training) if row[0] == one] == [
        (2025, datetime.date(2025, 12, 31), 720, 16),
        (2026, datetime.date(2026, 1, 3), 1080, 24),
    ]
    assert [year_of(people[0], year).hours for year in (2025, 2026)] == [16, 24]


def test_one_class_is_one_central_training_a_year_however_many_days(world, people):
    classes.confirmed(world.staff, world.committee, people)
    assert [year_of(people[0], year).central_trainings for year in (2025, 2026)] == [1, 1]


def test_6_a_day_and_another_rule_from_the_new_year_on(world, people):
    StudyRule.objects.create(category="central_training", from_year=2026, minutes_per_hour=60)
    training = classes.confirmed(world.staff, world.committee, people, day_hours=6)
    assert list(training.sessions.values_list("minutes", flat=True).distinct().order_by("minutes")) == [
        135,
        180,
    ]
    assert classes.standing(training)[people[0].pk, 2025] == 12
    assert classes.standing(training)[people[0].pk, 2026] == 18


def test_who_is_away_earns_nothing_and_who_comes_late_the_own_minutes(world, people):
    training = classes.planned(world.staff, world.committee, people, last_on=classes.DEC_30)
    morning, afternoon = training.sessions.all()
    classes.mark_all(world.staff, morning, {2: SICK, 3: ("late", "", "")}, row3=90)
    classes.mark_all(world.staff, afternoon, {2: ("absent", "", "外出")})
    training.refresh_from_db()
    confirm_class(by=world.staff, training=training, version=training.version)
    assert classes.standing(training) == {(people[0].pk, 2025): 8, (people[2].pk, 2025): 6}
    assert TrainingMark.objects.get(session=morning, enrollment__number=2).reason == "病假"


def test_the_first_roll_opens_the_class_and_all_rolls_are_needed_to_confirm(world, people):
    training = classes.planned(world.staff, world.committee, people, last_on=classes.DEC_30)
    with pytest.raises(ActionRefused, match="未开班，不能确认"):
        confirm_class(by=world.staff, training=training, version=training.version)
    classes.mark_all(world.staff, training.sessions.first())
    training.refresh_from_db()
    assert (training.state, StudyCredit.objects.count()) == ("held", 0)
    assert what_is_missing(training) == "还有 1 个半天没有点名或有学员没有登记：12月30日下午。"
    with pytest.raises(ActionRefused, match="12月30日下午"):
        confirm_class(by=world.staff, training=training, version=training.version)


def test_confirming_twice_is_refused_and_writes_nothing_more(world, people):
    training = classes.confirmed(world.staff, world.committee, people)
    before = classes.ledger(training)
    with pytest.raises(ActionRefused, match="已确认"):
        confirm_class(by=world.staff, training=training, version=training.version)
    assert classes.ledger(training) == before


def test_a_correction_after_confirmation_is_a_reversal_and_a_new_row(world, people):
    training = classes.confirmed(world.staff, world.committee, people)
    session = training.sessions.get(on_date=classes.JAN_3, half="pm")
    with pytest.raises(ActionRefused, match="写明原因"):
        classes.mark_all(world.staff, session, {1: SICK})
    classes.mark_all(world.staff, session, {1: SICK}, reason="补交病假条")
    own = [row[1:5] for row in classes.ledger(training) if row[0] == people[0].pk]
    assert own[2:] == [
        (2026, datetime.date(2026, 1, 3), -1080, -24),
        (2026, datetime.date(2026, 1, 3), 900, 20),
    ]
    assert len(classes.ledger(training)) == 6 + 2
    assert (year_of(people[0], 2026).hours, year_of(people[0], 2025).hours) == (20, 16)
    assert year_of(people[0], 2026).central_trainings == 1


def test_saving_the_same_roll_again_changes_no_credit(world, people):
    training = classes.confirmed(world.staff, world.committee, people)
    before = classes.ledger(training)
    classes.mark_all(world.staff, training.sessions.first(), reason="核对")
    assert classes.ledger(training) == before


def test_somebody_forgotten_is_added_after_the_confirmation(world, people):
    training = classes.confirmed(world.staff, world.committee, people, last_on=classes.DEC_30)
    late = world.members_a[7]
    enroll(by=world.staff, training=training, members=[late])
    for session in training.sessions.all():
        classes.mark_all(world.staff, session, reason="漏登")
    assert classes.standing(training)[late.pk, 2025] == 8


def test_a_member_who_moves_during_the_class_takes_each_years_hours_where_they_were_earned(world, people):
    training = classes.held(world.staff, world.committee, people)
    mover = people[0]
    mover.affiliations.update(period=(make.LONG_AGO, datetime.date(2026, 1, 2)), loss="moved")
    mover.affiliations.create(branch=world.branch_b, period=(datetime.date(2026, 1, 2), None))
    mover.branch = world.branch_b
    mover.save()
    training = confirm_class(by=world.staff, training=training, version=training.version)
    rows = {row[1]: row[5] for row in classes.ledger(training) if row[0] == mover.pk}
    assert rows == {2025: world.branch_a.pk, 2026: world.branch_b.pk}
    for user in (world.secretary_a, world.secretary_b):
        assert TrainingEnrollment.objects.visible_to(user).filter(member=mover).exists()


def test_two_people_at_the_same_roll(world, people):
    training = classes.planned(world.staff, world.committee, people)
    session = training.sessions.first()
    marks = [RollMark(row.pk, "present") for row in training.enrollments.all()]
    save_roll(by=world.staff, session=session, marks=marks, seen=None)
    with pytest.raises(RollConflict, match="刚被其他人保存过"):
        save_roll(by=world.staff, session=session, marks=marks, seen=None)
    session.refresh_from_db()
    with pytest.raises(RollConflict, match="名单刚有变化"):
        save_roll(by=world.staff, session=session, marks=marks[1:], seen=session.roll_saved_at)


# --- Half-days ---


def test_half_days_that_are_left_out_stay_so_when_the_words_change(world):
    training = classes.planned(world.staff, world.committee)
    set_half_days(
        by=world.staff, training=training, minutes={(classes.DEC_30, "am"): 0, (classes.JAN_3, "pm"): 90}
    )
    training.refresh_from_db()
    change_class(
        by=world.staff,
        training=training,
        version=training.version,
        facts=classes.facts(title="改名", last_on=datetime.date(2026, 1, 4)),
    )
    kept = {(row.on_date, row.half): row.minutes for row in training.sessions.all()}
    assert (classes.DEC_30, "am") not in kept
    assert (kept[classes.JAN_3, "pm"], kept[datetime.date(2026, 1, 4), "pm"], len(kept)) == (90, 180, 11)


def test_days_with_a_roll_cannot_be_cut_off(world, people):
    training = classes.planned(world.staff, world.committee, people)
    classes.mark_all(world.staff, training.sessions.last())
    training.refresh_from_db()
    with pytest.raises(ActionRefused, match="1月3日下午已经点名"):
        change_class(
            by=world.staff,
            training=training,
            version=training.version,
            facts=classes.facts(last_on=classes.DEC_30),
        )
    with pytest.raises(ActionRefused, match="1月3日下午已经点名"):
        set_half_days(by=world.staff, training=training, minutes={(classes.JAN_3, "pm"): 0})


def test_another_length_counts_marks_anew(world, people):
    training = classes.planned(world.staff, world.committee, people, last_on=classes.DEC_30)
    session = training.sessions.first()
    classes.mark_all(world.staff, session, {1: SICK, 2: ("late", "", "")}, row2=150)
    set_half_days(by=world.staff, training=training, minutes={(session.on_date, "am"): 120})
    marks = TrainingMark.objects.filter(session=session).order_by("enrollment__number")
    assert list(marks.values_list("minutes", flat=True)) == [0, 120, 120]


def test_a_change_under_another_version_is_refused(world):
    training = classes.planned(world.staff, world.committee)
    change_class(by=world.staff, training=training, version=1, facts=classes.facts(title="一"))
    with pytest.raises(ClassConflict):
        change_class(by=world.staff, training=training, version=1, facts=classes.facts(title="二"))


# --- People ---


def test_numbers_never_move(world, people):
    training = classes.planned(world.staff, world.committee, people)
    take_off(by=world.staff, training=training, enrollments=[training.enrollments.get(number=2)])
    enroll(by=world.staff, training=training, members=[people[1], people[0]])
    assert list(training.enrollments.order_by("number").values_list("number", "member")) == [
        (1, people[0].pk), (3, people[2].pk), (4, people[1].pk),
    ]  # fmt: skip


def test_who_has_a_mark_stays_on_the_list(world, people):
    training = classes.planned(world.staff, world.committee, people)
    classes.mark_all(world.staff, training.sessions.first())
    with pytest.raises(ActionRefused, match="已有点名记录"):
        take_off(by=world.staff, training=training, enrollments=list(training.enrollments.all()))


def test_only_the_organisers_own_and_branches_that_were_asked(world, people):
    guest = world.member_b.member
    training = classes.planned(world.secretary_a, world.branch_a, people, level="branch")
    with pytest.raises(ActionRefused, match="不在举办单位所属党支部"):
        enroll(by=world.secretary_a, training=training, members=[guest])
    ask_branch(by=world.secretary_a, training=training, branch=world.branch_b)
    ask_branch(by=world.secretary_a, training=training, branch=world.branch_b)
    enroll(by=world.secretary_b, training=training, members=[guest])
    assert training.enrollments.get(member=guest).branch == world.branch_b
    with pytest.raises(ActionRefused, match="已有学员"):
        unask_branch(by=world.secretary_a, training=training, branch=world.branch_b)


# --- Who sees what ---


def test_a_branch_sees_its_own_people_of_a_committees_class_and_nobody_elses(world, people):
    training = classes.held(world.staff, world.committee, [*people, world.member_b.member])
    seen = {
        name: set(
            TrainingEnrollment.objects.visible_to(getattr(world, name)).values_list(
                "member__branch__name", flat=True
            )
        )
        for name in (
            "secretary_a",
            "officer_a",
            "secretary_b",
            "secretary_d",
            "secretary_x",
            "staff",
            "staff_x",
            "superuser",
        )
    }
    a, b = world.branch_a.name, world.branch_b.name
    assert seen == {
        "secretary_a": {a}, "officer_a": {a}, "secretary_b": {b}, "secretary_d": set(), "secretary_x": set(),
        "staff": {a, b}, "staff_x": set(), "superuser": set(),
    }  # fmt: skip
    marks = TrainingMark.objects.visible_to(world.secretary_b)
    assert set(marks.values_list("enrollment__branch", flat=True)) == {world.branch_b.pk}
    classes_seen = {name: TrainingClass.objects.visible_to(getattr(world, name)).count() for name in seen}
    assert [name for name, count in classes_seen.items() if count] == [
        "secretary_a",
        "officer_a",
        "secretary_b",
        "staff",
    ]
    assert not TrainingClass.objects.editable_by(world.secretary_a).exists()
    assert TrainingClass.objects.editable_by(world.staff).get() == training


def test_a_member_sees_the_own_row_alone(world, people):
    classes.held(world.staff, world.committee, people)
    assert people[0] == world.member_a.member
    rows = TrainingEnrollment.objects.visible_to(world.member_a)
    assert [row.member for row in rows] == [people[0]]
    assert not TrainingClass.objects.visible_to(world.member_b).exists()


def test_staff_reads_a_branchs_class_and_does_not_write_it(world, people):
    classes.planned(world.secretary_a, world.branch_a, people, level="branch")
    assert TrainingClass.objects.visible_to(world.staff).exists()
    assert not TrainingClass.objects.editable_by(world.staff).exists()
    assert TrainingClass.objects.editable_by(world.officer_a).exists()
    assert not TrainingClass.objects.editable_by(world.cell_leader_a).exists()
    assert (
        not TrainingClass.objects.visible_to(world.cell_leader_a)
        .exclude(enrollments__member=world.cell_leader_a.member)
        .exists()
    )


# --- Told, and in the calendar ---


def _coming(world, people, **fields):
    first = today_shanghai() + datetime.timedelta(days=20)
    return classes.planned(
        world.staff,
        world.committee,
        people,
        first_on=first,
        last_on=first + datetime.timedelta(days=1),
        **fields,
    )


def test_the_enrolled_are_told_and_reminded_without_names(world, people):
    training = _coming(world, people)
    slots = ReminderSlot.objects.filter(subject__startswith=f"learning.training:{training.uid}").order_by(
        "due_at"
    )
    assert [slot.title for slot in slots] == [
        "请参加集中培训：党务骨干培训班",
        "集中培训即将开班：党务骨干培训班",
    ]
    assert all(slot.audience["ids"] == sorted(person.pk for person in people) for slot in slots)
    assert not any(person.name in slot.title + slot.body for slot in slots for person in people)
    take_off(by=world.staff, training=training, enrollments=[training.enrollments.get(number=1)])
    assert people[0].pk not in slots.last().audience["ids"]


def test_a_cancelled_class_recalls_nothing_and_says_so(world, people):
    training = _coming(world, people)
    cancel_class(by=world.staff, training=training, reason="场地维修")
    about = ReminderSlot.objects.filter(subject__startswith=f"learning.training:{training.uid}")
    assert about.get(subject=f"learning.training:{training.uid}").state == "cancelled"
    assert about.get(subject__endswith=":off").state == "open"
    with pytest.raises(ActionRefused):
        enroll(by=world.staff, training=training, members=[world.members_a[7]])


def test_guests_are_told_as_members_of_their_own_branch(world, people):
    training = _coming(world, [])
    ask_branch(by=world.staff, training=training, branch=world.branch_x)
    guest = world.secretary_x.member
    enroll(by=world.staff, training=training, members=[guest, *people])
    slots = ReminderSlot.objects.filter(subject__startswith=f"learning.training:{training.uid}")
    assert {slot.organization for slot in slots if guest.pk in slot.audience["ids"]} == {world.branch_x}


def test_the_class_is_in_the_calendar_of_its_people(world, people):
    training = _coming(world, people)
    span = {"first": training.first_on, "last": training.last_on}
    own = calendar_entries(user=world.member_a, branch=world.branch_a, own=True, **span)
    assert [entry.title for entry in own] == ["党务骨干培训班"] * 4
    assert calendar_entries(user=world.cell_leader_a, branch=world.branch_a, own=True, **span) == []
    assert len(calendar_entries(user=world.secretary_a, branch=world.branch_a, **span)) == 4
    assert calendar_entries(user=world.secretary_b, branch=world.branch_b, **span) == []


# --- Size and constraints ---


def test_statements_do_not_grow_with_the_class(world):
    def statements(count):
        members = [make.member(world.branch_d) for _ in range(count)]
        training = classes.held(world.staff, world.committee, members)
        with CaptureQueriesContext(connection) as captured:
            confirm_class(by=world.staff, training=training, version=training.version)
        return len(captured)

    assert statements(2) == statements(9)


def test_the_database_keeps_the_order_of_days_and_pairs(world, people):
    training = classes.planned(world.staff, world.committee, people)
    row, session = training.enrollments.first(), training.sessions.first()
    mark = {"session": session, "enrollment": row, "minutes": 0}
    for broken in (
        lambda: TrainingClass.objects.filter(pk=training.pk).update(last_on=datetime.date(2025, 1, 1)),
        lambda: TrainingClass.objects.filter(pk=training.pk).update(state="confirmed"),
        lambda: TrainingClass.objects.filter(pk=training.pk).update(state="cancelled"),
        lambda: TrainingSession.objects.filter(pk=session.pk).update(minutes=0),
        lambda: TrainingSession.objects.filter(pk=session.pk).update(roll_saved_by=world.staff),
        lambda: TrainingMark.objects.create(status="leave", leave_type="", reason="x", **mark),
        lambda: TrainingMark.objects.create(status="absent", **mark),
        lambda: TrainingEnrollment.objects.filter(number=2).update(number=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def test_nobody_was_there_tomorrow(world, people):
    tomorrow = today_shanghai() + datetime.timedelta(days=1)
    training = classes.planned(world.staff, world.committee, people, first_on=tomorrow, last_on=tomorrow)
    with pytest.raises(ActionRefused, match="还没有到"):
        classes.mark_all(world.staff, training.sessions.first())
    assert not TrainingMark.objects.exists()

"""One object of every kind that a URL can name, all of them in branch A: its people own it, everyone else is an outsider."""

import datetime
import io

from django.utils import timezone

from activities.models import (
    ActivityRecord,
    Amendment,
    AttendanceDispute,
    Ballot,
    Binder,
    CadenceRule,
    Gathering,
    GatheringBranch,
    HeartTalk,
    HolidayTable,
    LeaveRequest,
    MakeUp,
    PaperTemplate,
    Resolution,
    RollEntry,
    RollSheet,
    SignIn,
    VotingRule,
)
from activities.paper.form_values import sample_sheet
from activities.paper.sheet import sheet_docx
from branch_portal.files import keep_file, keep_made_file
from branch_portal.models import Job
from learning.models import MemberYear, StudyCredit, StudyRequirement, StudyRule
from members.models import (
    AffiliationTransfer,
    Commendation,
    CommitteeTerm,
    CorrectionRequest,
    DictionaryEntry,
    ImportBatch,
    MemberFile,
    PersonalDataAccess,
    RoleGrant,
    RosterExport,
    VotingRightFact,
)
from notices.models import CalendarFeed, Delivery, ReminderRule, ReminderSlot
from tests import factories as make
from tests.access_accounts import account_things
from tests.access_admin import admin_things
from tests.access_channels import robot
from tests.access_checks import check_things
from tests.access_data_protection import data_protection_things
from tests.access_fill import fill_things
from tests.access_ledger import ledger_things
from tests.access_lessons import lesson_things
from tests.access_notices import notice_things
from tests.access_own_study_things import own_study_things
from tests.access_requests import request_things
from tests.access_rules import rule_things
from tests.access_signup import signup_things
from tests.access_statistics import statistics_things
from tests.access_training import training_things
from tests.personas import World

NOON = datetime.datetime(2026, 3, 5, 4, tzinfo=datetime.UTC)
YEAR = 2026


def gathering(world: World, **fields) -> Gathering:
    values = {
        "host": world.branch_a,
        "theme": "三月主题党日",
        "on_date": datetime.date(2026, 3, 5),
        "started_at": NOON,
        "ended_at": NOON + datetime.timedelta(minutes=90),
        "place": "党群服务中心",
        "state": Gathering.State.HELD,
    } | fields
    return Gathering.objects.create(**values)


def share(world: World, held: Gathering) -> GatheringBranch:
    return GatheringBranch.objects.create(
        gathering=held,
        branch=world.branch_a,
        chair=world.members_a[0],
        recorder=world.members_a[1],
        expected_count=10,
        present_count=9,
        absent_count=1,
        roll_saved_at=timezone.now(),
    )


def record(world: World, part: GatheringBranch, **fields) -> ActivityRecord:
    values = {
        "share": part,
        "branch": world.branch_a,
        "kind": "theme_day",
        "on_date": part.gathering.on_date,
        "title": part.gathering.theme,
        "content": "学习党章",
        "state": "recorded",
        "assessment_year": YEAR,
        "recorded_by": world.officer_a,
        "recorded_at": timezone.now(),
    } | fields
    return ActivityRecord.objects.create(**values)


def ballot(world: World, meeting: ActivityRecord, number: int, **fields) -> Ballot:
    """A decided vote; `state="open"` with no result is an election that waits for its count."""
    rule = VotingRule.objects.first()
    values = {
        "record": meeting,
        "branch": world.branch_a,
        "number": number,
        "kind": "ordinary",
        "title": "通过工作计划",
        "method": "show_of_hands",
        "on_date": meeting.on_date,
        "rule": rule,
        "terms": rule.terms.as_data(),
        "expected_voting": 9,
        "present_voting": 9,
        "quorum_needed": 5,
        "votes_needed": 5,
        "created_by": world.secretary_a,
    } | fields
    if values.get("state") != "open":
        values |= {"state": "decided", "outcome": "passed", "votes_for": 9, "votes_against": 0, "votes_abstain": 0,
                   "decided_by": world.secretary_a, "decided_at": NOON}  # fmt: skip
    return Ballot.objects.create(**values)


def talk(world: World, **fields) -> HeartTalk:
    """Between two members of branch A who have no account, entered by its officer."""
    one, other = world.members_a[5], world.members_a[6]
    values = {
        "branch": world.branch_a,
        "on_date": datetime.date(2026, 3, 5),
        "one": one,
        "other": other,
        "one_name": one.name,
        "other_name": other.name,
        "kind": "fellows",
        "note": "思想和生活情况",
        "recorded_by": world.officer_a,
        "accepted_by": world.officer_a,
        "accepted_at": timezone.now(),
    } | fields
    return HeartTalk.objects.create(**values)


def delivery(world: World, recipient) -> Delivery:
    rule = ReminderRule.objects.order_by("pk").first()
    slot = ReminderSlot.objects.create(
        rule=rule,
        subject=f"test:{recipient.pk}",
        due_key="1",
        organization=world.branch_a,
        due_at=NOON,
        not_after=NOON + datetime.timedelta(days=1),
        state="told",
        audience={"kind": "members", "ids": [recipient.member_id]},
        title="主题党日通知",
        link="/activities/",
    )
    return Delivery.objects.create(
        slot=slot, recipient=recipient, branch=world.branch_a, channel="inapp", status="sent", sent_at=NOON
    )


def letter(world: World, member) -> AffiliationTransfer:
    """On its way from branch A to branch B."""
    return AffiliationTransfer.objects.create(
        member=member,
        from_branch=world.branch_a,
        to_branch=world.branch_b,
        state="issued",
        reason="1",
        requested_on=datetime.date(2026, 3, 1),
        letter_no="清源〔2026〕1号",
        issued_on=datetime.date(2026, 3, 2),
        valid_until=datetime.date(2026, 6, 2),
    )


def member_file(member) -> MemberFile:
    """A file with its bytes in the media folder."""
    stored = keep_file(io.BytesIO(b"%PDF-1.4 test"), name="扫描件.pdf", folder="members")
    return MemberFile.objects.create(member=member, title="入党志愿书", **vars(stored))


def around_the_roll(world: World, held: GatheringBranch, coming: GatheringBranch) -> dict[str, object]:
    """What hangs on a roll: leave, a printed sheet, a make-up, a dispute, all of member_a."""
    member, branch = world.members_a[3], world.branch_a
    common = {"branch": branch, "member": member}
    return {
        "leave": LeaveRequest.objects.create(
            share=coming,
            answer="leave",
            leave_type="sick",
            reason="住院",
            state="waiting",
            answered_at=NOON,
            **common,
        ),
        "sheet": RollSheet.objects.create(
            share=coming,
            branch=branch,
            code="K7M2P",
            rows=[[member.uid.hex, member.name]],
            printed_by=world.secretary_a,
            printed_at=NOON,
        ),
        "make_up": MakeUp.objects.create(
            share=held,
            material="学习党章第一章",
            due_on=datetime.date(2026, 4, 1),
            note="已学",
            set_by=world.secretary_a,
            set_at=NOON,
            **common,
        ),
        "dispute": AttendanceDispute.objects.create(
            share=held,
            written="缺席",
            claimed="present",
            statement="我坐在最后一排",
            raised_at=NOON,
            due_on=datetime.date(2026, 3, 20),
            **common,
        ),
        "sign_in": SignIn.objects.create(share=held, signed_at=NOON, **common),
    }


def amendment(world: World, of: ActivityRecord) -> Amendment:
    return Amendment.objects.create(
        record=of,
        branch=world.branch_a,
        number=1,
        field="summary",
        old_text="",
        new_text="抓好落实",
        reason="漏写",
        proposed_by=world.officer_a,
        proposed_at=NOON,
    )


def paper(world: World) -> dict[str, object]:
    """A binder of the secretary and a form of the committee, with their bytes."""
    stored = keep_made_file(sheet_docx(sample_sheet()), folder="paper", suffix=".docx")
    return {
        "binder": Binder.objects.create(
            branch=world.branch_a,
            owner=world.secretary_a,
            year=YEAR,
            record_count=1,
            person_count=10,
            stored_name=stored,
            file_name="记录册.docx",
            created_at=NOON,
        ),
        "paper_template": PaperTemplate.objects.create(
            organization=world.committee,
            name="镇党委记录表",
            active_from=datetime.date(2030, 1, 1),
            stored_name=stored,
            file_name="记录表.docx",
            sha256="0" * 64,
            size=1,
            uploaded_by=world.staff,
            uploaded_at=NOON,
        ),
    }


def objects_of_branch_a(world: World) -> dict[str, object]:
    """By the name that the access table uses."""
    held = gathering(world)
    part = share(world, held)
    meeting = record(world, share(world, gathering(world, theme="三月党员大会")), kind="general_meeting")
    coming = gathering(world, theme="七月主题党日", state="announced", on_date=datetime.date(2027, 7, 5))
    announced = share(world, coming)
    later = gathering(
        world,
        theme="九月主题党日",
        state="planned",
        on_date=datetime.date(2027, 9, 6),
        started_at=NOON + datetime.timedelta(days=550),
        ended_at=NOON + datetime.timedelta(days=550, minutes=90),
    )
    planned = share(world, later)
    record(world, planned, state="draft", recorded_by=None, recorded_at=None)
    HolidayTable.objects.create(
        year=2031, version=1, days=[["2031-01-01", "元旦", True]], created_by=world.superuser
    )
    fellow = world.members_a[5]
    message = delivery(world, world.member_a)
    written = record(world, part)
    things = {
        "branch": world.branch_a,
        "term": CommitteeTerm.objects.create(
            organization=world.branch_a,
            elected_on=datetime.date(YEAR, 1, 5),
            years=5,
            ends_on=datetime.date(YEAR + 5, 1, 5),
        ),
        "cell": world.cell_a1,
        "fellow": fellow,
        "self": world.members_a[3],
        "former": make.former_member(world.branch_a, "外出者", on=datetime.date(2026, 1, 1)),
        "letter": letter(world, fellow),
        "status": make.status(
            fellow, "floating", since=datetime.date(2025, 1, 1), until=datetime.date(2025, 3, 1)
        ),
        "voting_fact": VotingRightFact.objects.create(
            member=fellow, code="no_rights", period=(datetime.date(2026, 1, 1), None)
        ),
        "dictionary_entry": DictionaryEntry.objects.get(table="education", code="21"),
        "tenure": world.members_a[4].tenures.get(),
        "record": written,
        "resolution": Resolution.objects.create(
            record=written, branch=world.branch_a, position=1, text="走访困难党员"
        ),
        "appraisal": record(world, part, kind="appraisal"),
        "talk": talk(world),
        "draft": record(world, announced, state="draft", recorded_by=None, recorded_at=None),
        "meeting": meeting,
        "ballot": ballot(world, meeting, 1),
        "election": ballot(
            world, meeting, 2, kind="election", office="committee_member", seats=3, state="open"
        ),
        "gathering": held,
        "announced": announced,
        "planned": planned,
        "feed": CalendarFeed.objects.create(
            owner=world.secretary_a, branch=world.branch_a, token_hash="0" * 64
        ),
        "job": Job.objects.create(kind="test", title="导入名册", owner=world.secretary_a),
        "job_set_aside": Job.objects.create(
            kind="test", title="导出名册", owner=world.secretary_a, state="quarantined", finished_at=NOON
        ),
        "batch": ImportBatch.objects.create(
            owner=world.secretary_a,
            branch=world.branch_a,
            file_name="名册.xlsx",
            since=datetime.date(2026, 1, 1),
            content='[{"name": "名册", "rows": [["姓名", "公民身份号码", "性别", "入党日期"], ["张三", "", "男", "2001.7.1"]], "too_large": false}]',
        ),
        "roster_export": RosterExport.objects.create(
            owner=world.secretary_a, day=datetime.date(2026, 3, 1), reason="年报核对"
        ),
        "commendation": Commendation.objects.create(
            member=fellow, title="优秀共产党员", awarded_by="清源镇党委", awarded_on=datetime.date(2025, 7, 1)
        ),
        "correction": CorrectionRequest.objects.create(
            member=fellow, field="employer", proposed="清源小学", due_on=datetime.date(2026, 4, 1)
        ),
        **data_protection_things(fellow),
        "file": member_file(fellow),
        "delegation": RoleGrant.objects.create(
            user=world.member_a,
            role="branch_officer",
            organization=world.branch_a,
            valid_from=datetime.date(2030, 1, 1),
            valid_to=datetime.date(2030, 2, 1),
            granted_by=world.secretary_a,
        ),
        "message": message,
        "slot": message.slot,
        "user": world.member_a,
        "grant": world.staff.grants.get(),
        "affiliation": fellow.affiliations.get(),
        "roll_entry": RollEntry.objects.create(
            share=part,
            branch=world.branch_a,
            member=fellow,
            on_date=held.on_date,
            row_number=1,
            marked_by=world.secretary_a,
            marked_at=NOON,
            name=fellow.name,
            minutes=90,
        ),
        "voting_rule": VotingRule.objects.order_by("pk").first(),
        "amendment": amendment(world, written),
        **paper(world),
        "gathering_share": part,
        **around_the_roll(world, part, announced),
        **rule_things(world, message),
        **fill_things(world),
        "robot": robot(world),
        **signup_things(world, written, announced, fellow),
        **notice_things(world),
        **account_things(world),
        **ledger_things(world, fellow),
        **own_study_things(world),
        **training_things(world, fellow),
        **lesson_things(world, fellow),
        **request_things(world),
        **statistics_things(world),
        **check_things(world, written),
        "cadence_rule": CadenceRule.objects.order_by("pk").first(),
        "study_rule": StudyRule.objects.order_by("pk").first(),
        "study_requirement": StudyRequirement.objects.order_by("pk").first(),
        "member_year": MemberYear.objects.create(
            member=fellow, branch=world.branch_a, year=YEAR, required_hours=32, month_hours=[0] * 12
        ),
        "study_credit": StudyCredit.objects.create(
            member=fellow,
            branch=world.branch_a,
            on_date=held.on_date,
            year=YEAR,
            category="theme_day",
            title=held.theme,
            minutes=90,
            hours=2,
            rule=StudyRule.objects.order_by("pk").first(),
            source=f"activities.record:{held.uid}",
        ),
        "reminder_rule": ReminderRule.objects.order_by("pk").first(),
        "personal_data_access": PersonalDataAccess.objects.create(
            user_id=world.secretary_a.pk, user_label="安国强", action="reveal"
        ),
    }
    return things | admin_things(world, things, fellow)

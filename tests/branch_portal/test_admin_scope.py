"""The admin site lets nobody past their scope: every registered list, asked each way that Django knows to ask."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.db.models import Model
from django.urls import reverse

from branch_portal.admin_base import ScopedModelAdmin
from branch_portal.admin_related import relations_of
from branch_portal.scoping import ScopedQuerySet
from members.admin_filters import MemberFilter
from members.models import Member, PartyOrganization
from tests import factories as make
from tests.access_admin import ADMIN_MODELS
from tests.access_objects import objects_of_branch_a
from tests.source import APPS, none

OWN_PAGE = "kept and read on a page of its own"
PART = "shown under the row that it belongs to"
WORKING = "working rows of one page, nothing to look into"
OWNERS = "its owner's alone"
HIDDEN = "between a member and the branch; the committee sees figures"

#: Every model that has no list in the admin, and why. What is neither here nor registered fails.
NOT_IN_ADMIN = {
    "branch_portal.AuditAnchor": "the clock writes it, `verify_audit` reads it",
    "branch_portal.BackupRun": "the operator's page shows it",
    "members.KnownDevice": OWNERS,
    "branch_portal.Job": OWNERS,
    "branch_portal.KeptForm": OWNERS,
    "branch_portal.KeyEvent": "the operator's commands write it",
    "branch_portal.ListExport": OWNERS,
    "branch_portal.ProcessBeat": "the operator's page shows it",
    "branch_portal.RetentionRun": OWN_PAGE,
    "branch_portal.SealingKey": "the operator's commands write it",
    "branch_portal.SubmissionKey": WORKING,
    "branch_portal.TickerBeat": "the operator's page shows it",
    "activities.RecordQuality": "shown on 记录质量, by branch and record",
    "learning.BranchStudyYear": "summed from the members' years; shown on 学习进度",
    "members.AccountLink": WORKING,
    "members.ColumnMapping": WORKING,
    "members.CorrectionRequest": "holds what a sealed item should say; answered on its page",
    "members.DictionaryEntry": OWN_PAGE,
    "members.ErasureRequest": "between a member and the branch; answered on its page",
    "members.FirstAdminLink": WORKING,
    "members.ImportBatch": OWNERS,
    "members.LoginAttempt": WORKING,
    "members.MemberFile": "opened on the member's card",
    "members.MemberKey": "nobody reads salts",
    "members.PersonalDataErasure": "the member's card says so",
    "members.PostDefinition": OWN_PAGE,
    "members.PasswordRecord": WORKING,
    "members.RecoveryCode": OWNERS,
    "members.RosterExport": OWNERS,
    "members.SignInSession": OWNERS,
    "members.TotpDevice": OWNERS,
    "members.VotingRightFact": HIDDEN,
    "notices.CalendarFeed": OWNERS,
    "notices.DailyMail": OWNERS,
    "notices.Delivery": "whose message it was is nobody else's; counts stand with the reminders",
    "notices.MessagePreference": OWNERS,
    "notices.Notice": "between sender and addressees; the committee above sees none",
    "notices.NoticeAnswer": "between sender and addressees; the committee above sees none",
    "notices.NoticeAttachment": "between sender and addressees; the committee above sees none",
    "notices.NoticeTarget": "between sender and addressees; the committee above sees none",
    "notices.RobotAddress": "holds a secret address; kept on its page",
    "notices.RobotBucket": WORKING,
    "learning.ExternalRow": "shown on the page of its file",
    "learning.LessonFile": "opened on the page of its lesson",
    "learning.LessonUpload": OWNERS,
    "learning.PlanTopic": PART,
    "learning.Question": "its answers are for those who keep the bank",
    "learning.QuestionImport": OWNERS,
    "learning.QuizAttempt": HIDDEN,
    "learning.SubmissionEntry": PART,
    "learning.SubmissionFile": "opened on the page of its submission",
    "learning.TopicConfirmation": "shown in the plan's matrix",
    "learning.TopicLink": "shown in the plan's matrix",
    "learning.TrainingBranch": PART,
    "learning.TrainingMark": "shown on the roll of its class",
    "learning.TrainingSession": PART,
    "activities.AgendaItem": PART,
    "activities.AppraisalEntry": PART,
    "activities.Attachment": "opened on the page of its record",
    "activities.Binder": OWNERS,
    "activities.BranchYear": "twelve-month masks; the cadence grid reads them",
    "activities.Candidate": PART,
    "activities.Elector": HIDDEN,
    "activities.GatheringBranch": PART,
    "activities.HeartTalk": HIDDEN,
    "activities.HolidayTable": OWN_PAGE,
    "activities.Invitation": "between two branches",
    "activities.LeaveRequest": HIDDEN,
    "activities.PaperTemplate": OWN_PAGE,
    "activities.RecordLesson": "shown on the page of its record",
    "activities.RecordSeal": "checked by the archive's page",
    "activities.Remark": PART,
    "activities.RollSheet": WORKING,
    "activities.SignIn": WORKING,
    "activities.SignInOpening": WORKING,
    "activities.SignUp": HIDDEN,
    "activities.SignUpOffer": "shown on the page of its gathering",
    "supervision.BranchReminder": OWN_PAGE,
    "supervision.Finding": OWN_PAGE,
    "supervision.FindingStep": PART,
    "supervision.FormBinding": PART,
    "supervision.FormRun": OWNERS,
    "supervision.FormTemplate": OWN_PAGE,
    "supervision.FormVersion": PART,
    "supervision.InspectedBranch": PART,
    "supervision.Inspection": OWN_PAGE,
    "supervision.Likeness": PART,
    "supervision.RecordComment": OWN_PAGE,
    "supervision.RemindedPeriod": PART,
    "supervision.RequestAnswer": PART,
    "supervision.RequestBranch": PART,
    "supervision.RequestField": PART,
    "supervision.RequestFile": PART,
    "supervision.SpotCheck": OWN_PAGE,
    "supervision.SpotCheckItem": PART,
    "supervision.StatisticsReport": OWN_PAGE,
    "supervision.StatisticsRun": OWNERS,
    "supervision.WorkRequest": OWN_PAGE,
}

#: Whatever the whole back office reads alike: rules that apply to everyone, and what a system administrator keeps.
FOR_EVERYONE = {
    "activities.CadenceRule",
    "activities.VotingRule",
    "learning.ExternalRule",
    "learning.StudyRequirement",
    "learning.StudyRule",
    "notices.ReminderRule",
}

#: What a system administrator keeps: the tree, accounts, and who looked at what.
OF_THE_ADMINISTRATOR = {
    "members.CommitteeTerm",
    "members.OrganizationChange",
    "members.PartyOrganization",
    "members.PersonalDataAccess",
    "members.RoleGrant",
    "members.SecurityEvent",
    "members.User",
}
#: Fields of a form alone, which names them.
OF_FORMS = {"back", "confirmed", "member_uid", "reason"}
SEARCHED = "清源村第一"


def own_models() -> list[type[Model]]:
    """Models written here; the audit's event tables are made from them and are read on the audit's pages."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in APPS and not hasattr(model, "pgh_tracked_model")
    ]


def handlers() -> list[ScopedModelAdmin]:
    return list(admin.site._registry.values())


def scoped_handlers() -> list[ScopedModelAdmin]:
    return [handler for handler in handlers() if handler.opts.label not in FOR_EVERYONE]


def url_of(handler, page: str, *args) -> str:
    return reverse(f"admin:{handler.opts.app_label}_{handler.opts.model_name}_{page}", args=args)


def list_url(handler) -> str:
    return url_of(handler, "changelist")


# --- What there is ---


def test_every_model_has_a_list_or_a_reason_why_not():
    registered = {model._meta.label for model in admin.site._registry}
    ours = {model._meta.label for model in own_models()}
    none(
        [
            f"{name} is neither registered nor in NOT_IN_ADMIN"
            for name in ours - registered - set(NOT_IN_ADMIN)
        ]
        + [f"{name} is registered and in NOT_IN_ADMIN" for name in registered & set(NOT_IN_ADMIN)]
        + [f"{name} is in NOT_IN_ADMIN and is no model" for name in set(NOT_IN_ADMIN) - ours]
        + [f"{name} is registered and not ours" for name in registered - ours]
    )


def test_every_list_is_scoped_by_construction():
    """Through `visible_to` or one permission; what is for everyone is named here."""
    findings = []
    for handler in handlers():
        scoped = isinstance(handler.model._default_manager.all(), ScopedQuerySet)
        if scoped == (handler.opts.label in FOR_EVERYONE):
            findings.append(f"{handler.opts.label} is {'' if scoped else 'not '}scoped")
        if type(handler).get_queryset is not ScopedModelAdmin.get_queryset and not _calls_super(handler):
            findings.append(f"{handler.opts.label} has a queryset of its own")
        if handler.section is None:
            findings.append(f"{handler.opts.label} stands under no heading")
        if handler.date_hierarchy or handler.inlines or handler.list_editable:
            findings.append(f"{handler.opts.label} uses what reads whole tables or another's rows")
    none(findings)


def _calls_super(handler) -> bool:
    return "super" in type(handler).get_queryset.__code__.co_names


def test_every_page_speaks_chinese(rf, world):
    """Columns, fields and headings of every list and page; a name without a verbose name would be English."""
    findings = []
    request = rf.get("/")
    request.user = world.staff
    for handler in handlers():
        titles = [str(handler.opts.verbose_name), handler.next_step]
        fields = [name for _, options in handler.get_fieldsets(request) for name in options["fields"]]
        for name in handler.said(request, [*handler.list_display, *fields]):
            if name not in OF_FORMS:
                titles.append(str(label_for_field(name, handler.model, model_admin=handler)))
        findings += [
            f"{handler.opts.label}: {title}" for title in titles if not re.search("[\u4e00-\u9fff]", title)
        ]
    none([line for line in findings if not line.endswith(": ID")])


# --- Whose rows ---


@pytest.fixture
def things(world):
    return objects_of_branch_a(world)


def row_of(handler, things) -> Model:
    return things[ADMIN_MODELS[handler.opts.label]["change"].thing]


def asks(handler, row: Model, branch: PartyOrganization, member: Member) -> list[str]:
    """Every way to ask the list for this row."""
    found = ["", f"?pk__in={row.pk}", f"?org={branch.pk}", f"?q={SEARCHED}"]
    found += [f"?person={member.pk}"] if MemberFilter in handler.list_filter else []
    for entry in handler.list_filter:
        name = entry[0] if isinstance(entry, tuple) else entry
        if isinstance(name, str):
            value = getattr(row, handler.model._meta.get_field(name).attname)
            how = f"year={getattr(value, 'year', value)}" if isinstance(entry, tuple) else f"exact={value}"
            found.append(f"?{name}__{how}")
    shown = [name for name in relations_of(handler.model) if name in handler.list_display]
    found += [f"?{name}={getattr(row, f'{name}_id')}" for name in shown]
    return [*found, "?o=-1.2", "?_facets=True&all=&p=x", "?_popup=1"]


def test_nothing_of_another_subtree_is_listed_counted_or_offered(world, things, as_user):
    """The row, its key and the names of its branch and people are in no answer, however it is asked for."""
    client, findings, answered = as_user(world.staff_x), [], 0
    for handler in scoped_handlers():
        row = row_of(handler, things)
        traces = (f"{handler.opts.model_name}/{row.pk}/change/", "清源村", "高海燕", "何文斌")
        for ask in asks(handler, row, world.branch_a, world.members_a[5]):
            answer = client.get(list_url(handler) + ask)
            if answer.status_code != 200:
                continue
            answered += 1
            page = answer.content.decode().replace(f'value="{SEARCHED}"', "")
            findings += [f"{handler.opts.label}{ask} shows {trace}" for trace in traces if trace in page]
            if row in answer.context["cl"].result_list:
                findings.append(f"{handler.opts.label}{ask} counts the row")
    none(findings)
    assert answered > 250


def test_a_system_administrator_opens_no_list_of_people(world, things, as_user):
    client = as_user(world.superuser)
    opened = {
        handler.opts.label for handler in handlers() if client.get(list_url(handler)).status_code == 200
    }
    assert opened == FOR_EVERYONE | OF_THE_ADMINISTRATOR


def test_the_committee_above_finds_the_same_rows(world, things, as_user):
    """What hides from the others is there: the test before could have found it."""
    client, missing = as_user(world.staff), []
    for handler in scoped_handlers():
        answer = client.get(list_url(handler))
        row = row_of(handler, things)
        if answer.status_code == 200 and row not in answer.context["cl"].result_list:
            missing.append(handler.opts.label)
    assert missing == []


@pytest.mark.parametrize("persona", ["staff_x", "superuser"])
def test_pages_of_one_row_are_a_404_outside_the_scope(world, things, as_user, persona):
    client, findings = as_user(getattr(world, persona)), []
    for handler in scoped_handlers():
        if client.get(list_url(handler)).status_code == 200 and persona == "superuser":
            continue
        for page in ("change", "history"):
            status = client.get(url_of(handler, page, row_of(handler, things).pk)).status_code
            if status not in (404, 403):
                findings.append(f"{handler.opts.label} {page}: {status}")
    none(findings)


def test_choices_are_offered_within_the_scope_alone(world, things, as_user):
    """Every relation of every list through Django's address for choices."""
    client, outside, findings = as_user(world.staff_x), as_user(world.staff), []
    offered = set()
    for handler in handlers():
        for name in relations_of(handler.model):
            query = f"?app_label={handler.opts.app_label}&model_name={handler.opts.model_name}&field_name={name}&term="
            answer = client.get(reverse("admin:autocomplete") + query)
            if answer.status_code == 200 and ("清源" in answer.text or "高海燕" in answer.text):
                findings.append(f"{handler.opts.label}.{name} offers rows of another committee")
            inside = outside.get(reverse("admin:autocomplete") + query)
            if inside.status_code == 200:
                offered |= {row["text"] for row in inside.json()["results"]}
    none(findings)
    assert {"清源村第一党支部", "高海燕"} <= offered


def test_choices_are_the_first_matches_and_no_count(world, as_user, django_assert_max_num_queries):
    for number in range(30):
        make.organization(parent=world.committee_x, name=f"东湖第{number:02}党支部")
    query = "?app_label=members&model_name=affiliation&field_name=branch&term=东湖第"
    client = as_user(world.staff_x)
    with django_assert_max_num_queries(12) as queries:
        found = client.get(reverse("admin:autocomplete") + query).json()
    assert len(found["results"]) == 20 and found["pagination"] == {"more": False}
    assert not any("COUNT(" in query["sql"] or "OFFSET" in query["sql"] for query in queries)


def test_a_letter_in_two_subtrees_is_both_committees_own(world, things, as_user):
    """A transfer hangs on both ends: the receiver's committee sees it, and a third one nothing of it."""
    letter = things["letter"]
    letter.to_branch = world.branch_x
    letter.save()
    for persona, seen in (("staff", True), ("staff_x", True), ("superuser", None)):
        answer = as_user(getattr(world, persona)).get(reverse("admin:members_affiliationtransfer_changelist"))
        assert (letter in answer.context["cl"].result_list if answer.status_code == 200 else None) is seen


@pytest.mark.parametrize(
    "query",
    [
        "?member__id_number__startswith=1", "?branch__path__startswith=0001", "?password__startswith=a",
        "?member__mobile_tail=0000", "?branch__records__title=x", "?uid__startswith=a", "?name__contains=%00",
    ],
)  # fmt: skip
def test_no_hidden_column_tells_itself_by_a_filter(world, things, as_user, query):
    client = as_user(world.staff)
    client.raise_request_exception = False
    for name in (
        "members_member",
        "members_affiliation",
        "learning_studycredit",
        "activities_activityrecord",
    ):
        answer = client.get(reverse(f"admin:{name}_changelist") + query)
        assert answer.status_code in (302, 400), (name, query)

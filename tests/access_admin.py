"""The admin's part of the access table: the five pages of every registered model, and what the site adds to them."""

import datetime

from django.utils import timezone

from activities.models import AppraisalSheet
from branch_portal.models import ListExport
from learning.models import LessonCompletion, TrainingEnrollment
from members.models import ContactLog, OrganizationChange
from notices.models import ReminderRule, ReminderRuleOverride
from tests.access_lines import COMMITTEES_ONLY, OWN_COMMITTEE_ONLY, Line, who
from tests.personas import World

ROUTES_OF_ADMIN: dict[str, Line] = {
    "admin:list-export": Line(
        who(403, back_office=200), who(403, back_office=422), values={"model_name": "partyorganization"}
    ),
    "admin:export-file": Line(
        who(403, back_office=404, staff=200), who(403, back_office=405), thing="list_export"
    ),
}


def admin_things(world: World, things: dict, fellow) -> dict[str, object]:
    """What only the admin has a page for, of branch A; the export is the committee's own."""
    return {
        "organization_change": OrganizationChange.objects.create(
            organization=world.branch_a,
            kind="renamed",
            effective_on=datetime.date(2026, 1, 1),
            name="清源村第一党支部",
        ),
        "contact_log": ContactLog.objects.create(
            member=fellow, on_date=datetime.date(2026, 3, 1), method="phone", reached=True
        ),
        "appraisal_sheet": AppraisalSheet.objects.create(record=things["appraisal"], branch=world.branch_a),
        "enrollment": TrainingEnrollment.objects.create(
            training=things["training"],
            member=world.members_a[6],
            branch=world.branch_a,
            number=90,
            enrolled_by=world.secretary_a,
        ),
        "lesson_completion": LessonCompletion.objects.create(
            lesson=things["lesson"],
            member=world.members_a[6],
            branch=world.branch_a,
            said_on=datetime.date(2026, 3, 8),
        ),
        "rule_override": ReminderRuleOverride.objects.create(
            rule=ReminderRule.objects.order_by("-pk").first(),
            organization=world.branch_a,
            enabled=False,
            changed_at=timezone.now(),
        ),
        "list_export": ListExport.objects.create(
            owner=world.staff, model_label="members.partyorganization", asked="{}"
        ),
    }


def _pages(thing: str, *, list_of, add, look, change, history=None) -> dict[str, Line]:
    """The five pages of a model. Nobody deletes in the admin."""
    closed = who(403)
    return {
        "changelist": Line(list_of, list_of),
        "add": Line(add, add),
        "history": Line(history or look, history or look, thing=thing),
        "delete": Line(closed, closed, thing=thing),
        "change": Line(look, change, thing=thing),
    }


def configuration(thing: str, *, add: bool = True) -> dict[str, Line]:
    """Rules that apply to everyone: the back office reads them, the system administrator changes them."""
    everyone, administrator = who(403, back_office=200), who(403, superuser=200)
    return _pages(
        thing, list_of=everyone, add=administrator if add else who(403), look=everyone, change=administrator
    )


def shown_to_back_office(thing: str) -> dict[str, Line]:
    """Rules that apply to everyone and are changed on a page of their own."""
    everyone = who(403, back_office=200)
    return _pages(thing, list_of=everyone, add=who(403), look=everyone, change=who(403))


def subtree(thing: str) -> dict[str, Line]:
    """What the committee looks into within its subtree and nobody changes here. History asks for the row first."""
    return _pages(
        thing,
        list_of=COMMITTEES_ONLY,
        add=who(403),
        look=OWN_COMMITTEE_ONLY,
        change=who(403),
        history=who(403, staff=200, staff_x=404, superuser=404),
    )


def accounts(thing: str, *, add: bool = True, change: bool = True) -> dict[str, Line]:
    """Accounts, grants and the trail of reveals: the system administrator's alone; for staff they do not exist."""
    administrator, nobody = who(403, superuser=200), who(403)
    return _pages(
        thing,
        list_of=administrator,
        add=administrator if add else nobody,
        look=administrator,
        change=administrator if change else nobody,
        history=who(403, superuser=200, committees=404),
    )


def of_organizations(thing: str) -> dict[str, Line]:
    """What organisations are and were: the whole back office reads it within its reach, nobody changes it here."""
    return _pages(
        thing,
        list_of=who(403, back_office=200),
        add=who(403),
        look=who(403, back_office=200, staff_x=404),
        change=who(403),
    )


ADMIN_MODELS: dict[str, dict[str, Line]] = {
    "members.PartyOrganization": of_organizations("branch"),
    "members.Member": subtree("fellow"),
    "members.Affiliation": subtree("affiliation"),
    "members.PostTenure": subtree("tenure"),
    "members.User": accounts("user"),
    "members.SecurityEvent": accounts("security_event", add=False, change=False),
    # A grant's form has only its last day, which may be left out: an empty one is a change.
    "members.RoleGrant": accounts("grant")
    | {"change": Line(who(403, superuser=200), who(403, superuser=302), thing="grant")},
    "members.PersonalDataAccess": accounts("personal_data_access", add=False, change=False),
    "activities.CadenceRule": configuration("cadence_rule"),
    "activities.VotingRule": configuration("voting_rule"),
    "activities.Gathering": subtree("gathering"),
    "activities.ActivityRecord": subtree("record"),
    "learning.StudyRule": configuration("study_rule"),
    "learning.StudyRequirement": configuration("study_requirement"),
    "learning.ExternalRule": configuration("external_rule"),
    "learning.StudyCredit": subtree("study_credit"),
    "learning.MemberYear": subtree("member_year"),
    "notices.ReminderRule": shown_to_back_office("reminder_rule"),
    "learning.StudyCertificate": subtree("study_certificate"),
    "learning.StudyQuestion": subtree("study_question"),
    "notices.ReminderSlot": subtree("slot"),
    "members.AffiliationTransfer": subtree("letter"),
    "members.MemberStatus": subtree("status"),
    "members.ContactLog": subtree("contact_log"),
    "members.Commendation": subtree("commendation"),
    "activities.RollEntry": subtree("roll_entry"),
    "activities.MakeUp": subtree("make_up"),
    "activities.AttendanceDispute": subtree("dispute"),
    "activities.Resolution": subtree("resolution"),
    "activities.Amendment": subtree("amendment"),
    "activities.Ballot": subtree("ballot"),
    "activities.AppraisalSheet": subtree("appraisal_sheet"),
    "activities.RedBase": subtree("base"),
    "learning.StudySubmission": subtree("submission"),
    "learning.TrainingClass": subtree("training"),
    "learning.TrainingEnrollment": subtree("enrollment"),
    "learning.LessonSeries": subtree("series"),
    "learning.Lesson": subtree("lesson"),
    "learning.LessonCompletion": subtree("lesson_completion"),
    "learning.LearningPlan": subtree("learning_plan"),
    "learning.ExternalFile": subtree("external_file"),
    "notices.ReminderRuleOverride": subtree("rule_override"),
    "members.CommitteeTerm": of_organizations("term"),
    "members.OrganizationChange": of_organizations("organization_change"),
}

"""The habits that are read off the running product: models, admin, forms, timetable."""

import datetime
import importlib
import inspect
import pkgutil
import re
import uuid

import pytest
from django import forms as django_forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import Group
from django.db import models

from branch_portal.admin_base import ScopedModelAdmin
from branch_portal.forms import FilterForm
from branch_portal.once import OneTimeFormMixin
from branch_portal.schedule import BEAT_SCHEDULE
from branch_portal.scoping import ScopedQuerySet
from tests.source import APPS, none

CHINESE = re.compile("[\u4e00-\u9fff]")


def own_models() -> list[type[models.Model]]:
    """Models written here; the audit's event tables are made from them."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in APPS and not hasattr(model, "pgh_tracked_model")
    ]


def label(model: type[models.Model]) -> str:
    return model._meta.label


UNSCOPED_MODELS = {
    "members.OrganizationChange": "the dated history of the tree, read through its organisation",
    "branch_portal.SubmissionKey": "a spent one-time key of the asker, never shown",
}


def test_rows_of_a_member_or_branch_are_scoped():
    findings = []
    for model in own_models():
        personal = {"member", "branch", "organization", "user"} & {field.name for field in model._meta.fields}
        if personal and not hasattr(model._default_manager.all(), "visible_to"):
            findings.append(f"{label(model)} has {', '.join(sorted(personal))} and no visible_to()")
    none([line for line in findings if line.split()[0] not in UNSCOPED_MODELS])


def test_scoped_models_name_real_relations():
    """A misspelt lookup would answer with an error at the first request only."""
    for model in own_models():
        queryset = model._default_manager.all()
        if isinstance(queryset, ScopedQuerySet):
            for lookup in queryset.organization_lookups:
                if lookup:
                    queryset.filter(**{f"{lookup}__isnull": True})
            if queryset.member_lookup:
                queryset.filter(**{f"{queryset.member_lookup}__isnull": True})


def test_models_have_chinese_names():
    none([label(model) for model in own_models() if not CHINESE.search(str(model._meta.verbose_name))])


#: Text that is public and that `__str__` may show; everything else is taken for personal.
PUBLIC_TEXT = {
    "members.DictionaryEntry.code",
    "members.PartyOrganization.name",
    "members.PartyOrganization.short_name",
    "members.User.username",
    "notices.ReminderRule.name",
    "branch_portal.Job.kind",
    "branch_portal.TickerBeat.ticker",
    "branch_portal.ProcessBeat.name",  # a computer's name
    "members.PersonalDataAccess.field",  # which item was opened, not what it says
}


def _canary(field: models.Field):
    """A value that nobody could take for another field's."""
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.CharField | models.TextField | models.EmailField):
        return f"泄露{field.model._meta.label}.{field.name}。"
    if isinstance(field, models.DateTimeField):
        return datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    if isinstance(field, models.DateField):
        return datetime.date(2026, 1, 1)
    return None


def _instance(model: type[models.Model], depth: int = 0) -> models.Model:
    values = {}
    for field in model._meta.concrete_fields:
        if field.is_relation:
            if depth < 2 and field.related_model is not model:
                values[field.name] = _instance(field.related_model, depth + 1)
        elif (value := _canary(field)) is not None:
            values[field.attname] = value
    return model(**values)


@pytest.mark.parametrize("model", own_models(), ids=label)
def test_str_carries_no_personal_data(model):
    shown = str(_instance(model))
    assert set(re.findall("泄露([^。]+)。", shown)) - PUBLIC_TEXT == set(), shown


def test_every_admin_class_is_scoped():
    findings = [
        f"{label(model)}: {type(handler).__name__} does not inherit ScopedModelAdmin"
        for model, handler in admin.site._registry.items()
        if not isinstance(handler, ScopedModelAdmin)
    ]
    findings += [
        f"{type(inline).__name__ if not isinstance(inline, type) else inline.__name__} in {label(model)} can delete"
        for model, handler in admin.site._registry.items()
        for inline in handler.inlines
        if inline.can_delete
    ]
    none(findings)
    assert not admin.site.is_registered(Group)


def test_admin_filters_offer_no_foreign_rows():
    """A filter by relation would list every row of the other table, whoever asks."""
    findings = []
    for model, handler in admin.site._registry.items():
        for entry in handler.list_filter:
            if not isinstance(entry, str) or "__" in entry:
                continue
            field = model._meta.get_field(entry)
            if field.is_relation and hasattr(field.related_model._default_manager.all(), "visible_to"):
                findings.append(f"{label(model)} filters by {entry}")
    none(findings)


def test_admin_shows_no_sealed_field():
    sealed = {"id_number", "birth_date", "mobile", "landline", "home_address", "password", "token_hash"}
    findings = []
    for model, handler in admin.site._registry.items():
        columns = {column for column in handler.list_display if isinstance(column, str)}
        names = columns | set(handler.search_fields) | {str(entry) for entry in handler.list_filter}
        findings += [f"{label(model)} shows {name}" for name in names if name.split("__")[-1] in sealed]
    none(findings)


def test_every_task_of_the_timetable_exists():
    from branch_portal.celery import app

    app.loader.import_default_modules()
    none([entry["task"] for entry in BEAT_SCHEDULE.values() if entry["task"] not in app.tasks])


def _modules(word: str):
    """The modules of the apps whose dotted name has the word (`forms`, `forms.roster`)."""
    for app in APPS:
        for found in pkgutil.walk_packages([app], prefix=f"{app}."):
            parts = found.name.split(".")
            if word in parts and "migrations" not in parts:
                yield importlib.import_module(found.name)


def own_forms() -> list[type[django_forms.BaseForm]]:
    found = {
        value
        for module in _modules("forms")
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, django_forms.BaseForm)
        and value.__module__.split(".")[0] in APPS
        and value.__module__ != "branch_portal.forms"
    }
    return sorted(found, key=lambda form: (form.__module__, form.__name__))


#: Forms that create nothing: they read, or sending them twice leaves what sending them once does.
NOT_CREATING: dict[str, str] = {
    "PlatformRoleForm": "an account gets the role that the form says; twice is once",
    "RuleForm": "a rule is set to what the form says",
    "TimesForm": "a committee's times are set to what the form says",
    "PreferenceForm": "sets one's own wishes; twice is once",
    "RobotForm": "changes a robot's name and reminders; twice is once",
    "KindForm": "the base of forms about one kind",
    "AgendaRow": "a row of a form that has the key",
    "RemarkRow": "a row of a form that has the key",
    "ResolutionRow": "a row of a form that has the key",
    "CloseResolutionForm": "saying again what became of it changes nothing",
    "NextForm": "a switch",
    "ActForForm": "a switch",
    "PasswordForm": "the same password twice is the same password",
    "FirstAdminForm": "its link is spent once",
    "MemberForm": "changes, with a version; entering adds the key",
    "VersionForm": "the version itself",
    "EndDelegationForm": "an ended delegation cannot end again",
    "EndTenureForm": "an ended post cannot end again",
    "ExitForm": "who has left cannot leave again",
    "TransferForm": "to where one already is, is refused",
    "AppointForm": "a post that one holds is refused",
    "AwayForm": "who is away already is refused",
    "LostForm": "who is out of contact already is refused",
    "SuspendForm": "who is suspended already is refused",
    "EndStatusForm": "what has ended cannot end again",
    "CorrectStatusForm": "the same days twice are the same days",
    "ContactForm": "the same contact of a day is refused",
    "ReopenForm": "who is in a branch is refused",
    "VotingFactForm": "the same fact on the same days is refused",
    "VotingFactDaysForm": "the same days twice are the same days",
    "RequestTransferForm": "refused while one is open",
    "IssueForm": "a step that the table of transitions allows once",
    "AcceptForm": "a step that the table of transitions allows once",
    "CloseForm": "a step that the table of transitions allows once",
    "EndEntryForm": "an ended entry cannot end again",
    "RewordEntryForm": "an ended entry is not reworded",
    "ThemeDayForm": "the rule that is in force already is refused",
    "AddEntryForm": "a code that is in force is refused",
    "OrderEntryForm": "the same order twice is the same order",
    "ConfirmationForm": "a full member is not confirmed again",
    "RegisterTermForm": "a second term from the same day is refused",
    "ExtendTermForm": "an extension must end after the last one",
    "EndTermForm": "an ended term cannot end again",
    "PostDefinitionForm": "changes, with a version",
    "AnswerErasureForm": "an answered request is not answered again",
    "AnswerForm": "an answered request is not answered again",
    "RemovalForm": "what is removed is gone",
    "RevealForm": "every look is to be counted",
    "ExportForm": "every download is to be counted",
    "TakeOutForm": "every download is to be counted",
    "ConfirmForm": "a batch is applied once",
    "ColumnsForm": "one mapping for a header, said again it is the same",
    "ReasonForm": "a step that the table of transitions allows once",
    "ConfirmRecordForm": "a version is signed once",
    "ReturnForm": "a step that the table of transitions allows once",
    "WithdrawBallotForm": "what is withdrawn cannot be withdrawn again",
    "ElectionCountForm": "changes, with a version",
    "ReduceSeatsForm": "reduced seats cannot be reduced again",
    "AppraisalForm": "one sheet a record, with a version",
    "FeedbackForm": "who was told keeps the first day",
    "LookForm": "every look is to be counted",
    "CaptionForm": "the same caption twice is the same caption",
    "OfferForm": "the same terms twice are the same terms",
    "LeaveForm": "who is off the list cannot leave it again",
    "SignForForm": "who is on the list is not signed up again",
    "ChangeBaseForm": "changes, with a version",
    "ChooseBaseForm": "the same base twice is the same base",
    "InviteForm": "a branch is invited once",
    "DeclineForm": "what is answered is not answered again",
    "DecideLeaveForm": "what was read is decided once",
    "SignInForm": "one sign-in a person and gathering",
    "MakeUpsForm": "one make-up a person and gathering; said again it is the same",
    "HandInForm": "what is handed in is not handed in again",
    "DecideMakeUpForm": "what was read is decided once",
    "DisputeForm": "a second one is refused while one is open",
    "AnswerDisputeForm": "an answered dispute is not answered again",
    "AskForm": "a second question is refused while one is open",
    "AnswerQuestionForm": "an answered question is not answered again",
    "EntryRow": "a row of a form that has the key",
    "DecideForm": "what was read is decided once, by its version",
    "JudgeForm": "what was read is decided once, by its version",
    "PlanTitleForm": "the same name twice is the same name",
    "CoverageForm": "the same ticks twice are the same ticks",
    "ArchiveYearForm": "an archived record is not archived again",
    "SendNoticeForm": "what is sent is not sent again",
    "WithdrawNoticeForm": "what is withdrawn is not withdrawn again",
    "AnswerNoticeForm": "the same answer twice is the same answer",
    "ChangeClassForm": "changes, with a version",
    "HalfDaysForm": "the same minutes twice are the same minutes",
    "CancelClassForm": "what is cancelled is not cancelled again",
    "ConfirmClassForm": "a class is confirmed once",
    "EnrollForm": "who is on the list is not put on it again",
    "TakeOffForm": "who is off the list cannot be taken off again",
    "AskBranchForm": "a branch is asked once",
    "TrainingRollForm": "a roll is saved under the state that was seen",
    "ChoosePeopleForm": "the same choice twice is the same choice",
    "ApplyExternalForm": "a file is recorded once",
    "WithdrawExternalForm": "what is withdrawn cannot be withdrawn again",
    "AccountAddForm": "user names are unique",
    "AccountChangeForm": "changes only",
    "GrantForm": "an identical second grant gives no more rights",
    "ChangeLessonForm": "changes, with a version",
    "SeriesForm": "the same words twice are the same words; entering adds the key",
    "BeginUploadForm": "the same file again is the same upload",
    "PartForm": "a part that is there already changes nothing",
    "TakeBackForm": "what was taken back is not there to be taken back again",
    "PeopleForm": "who has completed a lesson is not confirmed again",
    "ChangeQuestionForm": "changes, with a version",
    "CheckForm": "a check is submitted once",
    "CodeForm": "a code is spent once",
    "FreshForm": "confirms who is there and changes nothing",
    "EnrolForm": "a code is spent once; a phone replaces the one before",
    "LinkPasswordForm": "its link is spent once",
    "AccountReasonForm": "who is disabled is not disabled again",
    "LinkLessonForm": "a lesson is linked once",
    "FreeFieldRow": "a row of a form that has the key",
    "SendRequestForm": "what is sent is not sent again",
    "WithdrawRequestForm": "what is withdrawn is not withdrawn again",
    "ReturnAnswerForm": "what is returned is not returned again",
    "RequestAnswerForm": "one answer a branch and field, with a version",
    "RootForm": "the base of forms about a part of the tree",
    "JudgeItemForm": "the same result twice is the same result",
    "ChangeInspectionForm": "changes, with a version",
    "RectifyForm": "a step that the table of steps allows once",
    "CloseFindingForm": "a step that the table of steps allows once",
    "ReopenFindingForm": "a step that the table of steps allows once",
    "MendCommentForm": "the same words twice are the same words",
    "BindForm": "a place is bound to one thing; said again it is the same",
}


def test_forms_that_create_carry_a_one_time_key():
    """Complete by construction: every form either has the key, only filters, or is listed with its reason."""
    names = {form.__name__ for form in own_forms()}
    findings = [
        f"{form.__module__}.{form.__name__} has no one-time key and is not listed as one that creates nothing"
        for form in own_forms()
        if not issubclass(form, OneTimeFormMixin | FilterForm | AuthenticationForm)
        and not form.__name__.startswith("_")
        and not form.__name__.endswith(("Mixin", "Base"))
        and form.__name__ not in NOT_CREATING
    ]
    none(findings + [f"{name} is listed and does not exist" for name in NOT_CREATING if name not in names])

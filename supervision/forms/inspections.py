"""Forms of inspections, findings, their rectification, and comments on a record."""

from django import forms

from activities.models import ActivityRecord
from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, PortalForm
from branch_portal.once import OneTimeFormMixin
from members.models import PartyOrganization
from supervision.actions.inspections import FindingFacts, InspectionFacts
from supervision.forms.checks import DATE_ERROR, RootForm, coming_day
from supervision.forms.filters import SubtreeForm
from supervision.models import Finding, InspectedBranch, Inspection

_LONG = {"widget": forms.Textarea(attrs={"rows": 3})}
OVERDUE, UNRESOLVED = "overdue", "unresolved"


class FindingsForm(SubtreeForm):
    """Which findings."""

    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[
            ("", "全部"),
            (UNRESOLVED, "未办结"),
            (OVERDUE, "逾期未整改"),
            *Finding.State.choices,
        ],
    )
    cursor = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("organization", "state")


class HeadMixin(forms.Form):
    """What stands at the head of an inspection."""

    title = forms.CharField(label="名称", max_length=80)
    on_date = forms.DateField(label="检查日期", widget=DateInput)
    inspectors = forms.CharField(label="检查人", max_length=200)
    summary = forms.CharField(label="总体情况", max_length=3000, required=False, **_LONG)

    def clean_on_date(self):
        day = self.cleaned_data["on_date"]
        if day > today_shanghai():
            raise forms.ValidationError("检查日期还没有到，请核对。")
        return day

    def facts(self) -> InspectionFacts:
        cleaned = self.cleaned_data
        return InspectionFacts(
            cleaned["title"], cleaned["on_date"], cleaned["inspectors"], cleaned["summary"]
        )


class InspectionForm(HeadMixin, RootForm, OneTimeFormMixin):
    """A new inspection: of one branch, or of all branches of a part of the tree."""

    field_order = ("title", "organization", "branch_name", "on_date", "inspectors", "summary")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].label = "被检查的党组织"
        self.fields["organization"].help_text = "选党委、党总支的，包括所属全部党支部。"
        self.fields["on_date"].error_messages["invalid"] = DATE_ERROR


class FromCheckForm(HeadMixin, PortalForm, OneTimeFormMixin):
    """An inspection out of a spot check: each problem becomes a finding that is to be put right until the day."""

    due_on = forms.DateField(label="整改期限", widget=DateInput)
    field_order = ("title", "on_date", "inspectors", "due_on", "summary")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("on_date", "due_on"):
            self.fields[name].error_messages["invalid"] = DATE_ERROR

    def clean_due_on(self):
        return coming_day(self, "due_on")


class ChangeInspectionForm(HeadMixin, PortalForm):
    """The head, and an opinion in words on each branch."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args, inspection: Inspection, visited: list[InspectedBranch], **kwargs):
        super().__init__(*args, **kwargs)
        self.visited = visited
        self.fields["on_date"].error_messages["invalid"] = DATE_ERROR
        for row in visited:
            self.fields[f"opinion_{row.branch_id}"] = forms.CharField(
                label=f"对{row.branch}的意见", max_length=200, required=False, initial=row.opinion
            )
        self.initial |= {
            "title": inspection.title,
            "on_date": inspection.on_date,
            "inspectors": inspection.inspectors,
            "summary": inspection.summary,
            "version": inspection.version,
        }

    def opinions(self) -> dict[int, str]:
        return {row.branch_id: self.cleaned_data[f"opinion_{row.branch_id}"] for row in self.visited}


class RaiseFindingForm(PortalForm, OneTimeFormMixin):
    """One finding of an inspection: whose, what, until when."""

    branch = forms.ChoiceField(label="党支部")
    code = forms.ChoiceField(label="类别", choices=Finding.CODES, initial="other")
    text = forms.CharField(label="问题", max_length=500, **_LONG)
    record = forms.CharField(
        label="有关记录的网址",
        max_length=300,
        required=False,
        help_text="不是必填；把记录页面的网址粘贴到这里，支部可以直接打开。",
    )
    responsible = forms.CharField(label="整改责任人", max_length=60, required=False)
    due_on = forms.DateField(label="整改期限", widget=DateInput)

    def __init__(self, *args, branches: list[PartyOrganization], **kwargs):
        super().__init__(*args, **kwargs)
        self.branches = {str(branch.uid): branch for branch in branches}
        self.fields["branch"].choices = [(uid, branch.name) for uid, branch in self.branches.items()]
        self.fields["due_on"].error_messages["invalid"] = DATE_ERROR

    def clean_due_on(self):
        return coming_day(self, "due_on")

    def clean_record(self) -> ActivityRecord | None:
        """The record that the address names, as far as the user may read it."""
        given = self.cleaned_data["record"].strip().rstrip("/")
        if not given:
            return None
        try:
            uid = forms.UUIDField().clean(given.rpartition("/")[2])
        except forms.ValidationError as error:
            raise forms.ValidationError(
                "网址看不懂，请打开那条记录，复制浏览器地址栏里的全部内容。"
            ) from error
        record = ActivityRecord.objects.visible_to(self.user).filter(uid=uid).first()
        if record is None:
            raise forms.ValidationError("没有找到这条记录，请核对网址。")
        return record

    def clean(self) -> dict:
        values = super().clean()
        branch, record = self.branches.get(values.get("branch", "")), values.get("record")
        if branch and record and record.branch_id != branch.pk:
            self.add_error("record", f"这条记录不是{branch.name}的，请核对党支部或网址。")
        return values

    def facts(self) -> FindingFacts:
        cleaned = self.cleaned_data
        return FindingFacts(
            self.branches[cleaned["branch"]],
            cleaned["code"],
            cleaned["text"],
            cleaned["due_on"],
            cleaned["responsible"],
            cleaned["record"],
        )


class RectifyForm(PortalForm):
    """What the branch has done, with one file where it likes."""

    text = forms.CharField(label="整改情况", max_length=1000, widget=forms.Textarea(attrs={"rows": 5}))
    file = forms.FileField(
        label="附件",
        required=False,
        allow_empty_file=True,
        help_text="不是必需的。照片、PDF、Word（.docx）或 Excel（.xlsx），不超过 20 MB。",
    )


class CloseFindingForm(PortalForm):
    """A word with the closing, where one is due."""

    text = forms.CharField(label="办结说明", max_length=1000, required=False, **_LONG)


class ReopenFindingForm(PortalForm):
    """What is still lacking, and until when."""

    text = forms.CharField(label="还需整改什么", max_length=1000, **_LONG)
    due_on = forms.DateField(label="新的期限", widget=DateInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_on"].error_messages["invalid"] = DATE_ERROR

    def clean_due_on(self):
        return coming_day(self, "due_on")


class CommentForm(PortalForm, OneTimeFormMixin):
    """批注, or an answer to one."""

    text = forms.CharField(label="内容", max_length=1000, **_LONG)


class MendCommentForm(PortalForm):
    """The same comment, said better within the hour."""

    text = forms.CharField(label="内容", max_length=1000, **_LONG)

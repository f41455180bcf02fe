"""Forms of answers, sign-in, make-ups and disputes: small, each for one button or one page."""

import datetime

from django import forms
from django.core.exceptions import ValidationError

from activities.models import AttendanceDispute, LeaveRequest, RollEntry
from activities.rules.roll import LEAVE
from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm

#: What a branch may find when it accepts a dispute: status and kind of leave in one value.
FINDINGS = (
    ("present", "到会"),
    ("late", "迟到"),
    ("online", "线上"),
    ("personal", "事假"),
    ("sick", "病假"),
    ("official", "公假"),
    ("exempt", "免予参加"),
    ("absent", "缺席"),
)


class AnswerForm(PortalForm):
    """参加, or 请假 with its kind and reason."""

    answer = forms.ChoiceField(choices=LeaveRequest.Answer.choices)
    leave_type = forms.ChoiceField(
        label="请假类别", required=False, choices=[("", "请选择"), *RollEntry.LeaveType.choices]
    )
    reason = forms.CharField(
        label="原因",
        required=False,
        max_length=100,
        help_text="只有您本人和登记到会情况的人看得到。",
        error_messages={"max_length": "原因最多 100 字。"},
    )

    def clean(self) -> dict:
        values = super().clean()
        if values.get("answer") == LeaveRequest.Answer.LEAVE:
            if not values.get("leave_type"):
                self.add_error("leave_type", "请选择请假类别：事假、病假、公假或其他。")
            elif values["leave_type"] == RollEntry.LeaveType.OTHER and not values.get("reason", "").strip():
                self.add_error("reason", "选“其他”的，请写明原因。")
        return values


class DecideLeaveForm(PortalForm):
    """批准 or 不批准 what was read: `seen` is the time of the answer that the page showed."""

    decision = forms.ChoiceField(choices=[("approve", "批准"), ("decline", "不批准")])
    seen = forms.CharField(max_length=40)


class SignInForm(PortalForm):
    """The one button 签到; `seen` proves that this page was opened while the code was fresh."""

    seen = forms.CharField(max_length=300)


class LiveForm(FilterForm):
    """What the live screen shows already."""

    seen = forms.CharField(required=False, max_length=40)


class NamesForm(FilterForm):
    """For which list names were pasted; the rest of the posted page is read with the roll."""

    on_date = forms.DateField(required=False)
    cell = forms.CharField(required=False, max_length=32)
    record = forms.UUIDField(required=False)


class MakeUpsForm(PortalForm):
    """安排补课 for everybody who was away."""

    material = forms.CharField(
        label="补课内容",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明学什么；门户里的页面可以写地址，例如 /activities/records/…/。不要贴涉密或内部文件。",
    )
    due_on = forms.DateField(label="完成时限", widget=DateInput())

    def clean_due_on(self) -> datetime.date:
        day, today = self.cleaned_data["due_on"], today_shanghai()
        if not today <= day <= today + datetime.timedelta(days=366):
            raise ValidationError("完成时限应在今天以后、一年以内。")
        return day


class HandInForm(PortalForm):
    """我已完成, with a note or without."""

    note = forms.CharField(
        label="学习情况",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="可以不写，最多 500 字。",
        error_messages={"max_length": "学习情况最多 500 字，现在有 %(show_value)s 字，请缩短后再提交。"},
    )


class DecideMakeUpForm(PortalForm):
    """通过 or 退回 with what is missing; `seen` is when it was handed in."""

    decision = forms.ChoiceField(choices=[("accept", "通过"), ("return", "退回补充")])
    reason = forms.CharField(label="退回意见", required=False, max_length=200)
    seen = forms.CharField(max_length=40)

    def clean(self) -> dict:
        values = super().clean()
        if values.get("decision") == "return" and not values.get("reason", "").strip():
            self.add_error("reason", "退回补充的，请写明要补什么。")
        return values


class DisputeForm(PortalForm):
    """“这条不对”: what was really the case."""

    claimed = forms.ChoiceField(label="实际情况", choices=[("", "请选择"), *AttendanceDispute.Claim.choices])
    statement = forms.CharField(
        label="说明",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="例如谁可以证明、坐在哪里、什么时候到的。党支部应在 7 天内答复。",
    )


class AnswerDisputeForm(PortalForm):
    """更正 to what was found, or decline; with words either way."""

    decision = forms.ChoiceField(
        label="答复",
        choices=[("accept", "情况属实，更正登记"), ("decline", "不予更正")],
        widget=forms.RadioSelect,
    )
    finding = forms.ChoiceField(label="更正为", required=False, choices=[("", "请选择"), *FINDINGS])
    answer = forms.CharField(label="答复意见", max_length=300, widget=forms.Textarea(attrs={"rows": 4}))

    def clean(self) -> dict:
        values = super().clean()
        if values.get("decision") == "accept" and not values.get("finding"):
            self.add_error("finding", "请选择更正为什么情况。")
        return values

    @property
    def status(self) -> tuple[str, str]:
        """(status, kind of leave) of what was found."""
        found = self.cleaned_data["finding"]
        return (LEAVE, found) if found in RollEntry.LeaveType.values else (found, "")

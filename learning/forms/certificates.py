"""Forms of certificates and questions: small, each for one button or one page."""

from django import forms

from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin


class IssueForm(OneTimeFormMixin, PortalForm):
    """开具学时证明 of one year."""

    year = forms.IntegerField(min_value=1950, max_value=2100, widget=forms.HiddenInput)


class AskForm(PortalForm):
    """“这条不对”: what is wrong with a credit."""

    statement = forms.CharField(
        label="哪里不对",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="例如实际学了多少分钟、哪一天、谁可以证明。党支部应在 10 天内答复。",
        error_messages={"max_length": "最多 300 字，请缩短后再提交。"},
    )


class AnswerQuestionForm(PortalForm):
    """Put right at its source, or declined; with words either way."""

    decision = forms.ChoiceField(
        label="答复",
        choices=[("accept", "情况属实，已在来源处更正"), ("decline", "不予更正")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择答复。"},
    )
    words = forms.CharField(
        label="答复意见",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "最多 300 字，请缩短后再提交。"},
    )

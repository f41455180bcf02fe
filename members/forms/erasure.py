"""Forms of 删除或停止处理申请."""

from django import forms

from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin
from members.models import ErasureRequest

#: On which grounds a deletion is refused, or only the use of the data is stopped.
CLAUSES = (
    "《个人信息保护法》第四十七条第二款：法律、行政法规规定的保存期限未届满",
    "《个人信息保护法》第十三条第一款第三项：为履行法定职责或者法定义务所必需",
    "《个人信息保护法》第四十七条第二款：删除个人信息从技术上难以实现",
)


class AskErasureForm(OneTimeFormMixin, PortalForm):
    # Nothing is chosen beforehand: one of them cannot be taken back.
    kind = forms.ChoiceField(label="申请事项", choices=ErasureRequest.Kind.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="理由",
        min_length=4,
        max_length=200,
        help_text="例如：组织关系已转出，请删除我的电话和住址。",
        error_messages={"min_length": "请写明理由，至少 4 个字。"},
    )


class AnswerErasureForm(PortalForm):
    decision = forms.ChoiceField(
        label="处理方式",
        choices=[
            ("stop", "停止除存储和必要安全保护以外的处理"),
            ("refuse", "不采纳"),
            ("erase", "删除（清除后任何人都无法恢复）"),
        ],
        widget=forms.RadioSelect,
    )
    clause = forms.ChoiceField(
        label="依据",
        choices=[("", "请选择"), *((clause, clause) for clause in CLAUSES)],
        required=False,
        help_text="不采纳或只停止处理时必须选择。",
    )
    reply = forms.CharField(
        label="答复", max_length=200, required=False, help_text="不删除时至少 4 个字，本人会看到。"
    )

    def __init__(self, *args, has_left: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_left:
            self.fields["decision"].choices = self.fields["decision"].choices[:2]

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        cleaned["reply"] = cleaned.get("reply", "").strip()
        if cleaned.get("decision") in ("stop", "refuse"):
            if not cleaned.get("clause"):
                self.add_error("clause", "请选择依据。")
            if len(cleaned["reply"]) < 4:
                self.add_error("reply", "请写明理由，至少 4 个字。")
        return cleaned

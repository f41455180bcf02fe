"""Forms of the yearly files of outside platforms."""

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin
from learning.keepers import kept_organizations
from learning.models import ExternalRow
from learning.models.external import ExternalSource
from members.models import Member, PartyOrganization

FIRST_YEAR = 2019
NOBODY = "none"


class ExternalUploadForm(OneTimeFormMixin, PortalForm):
    organization = forms.ModelChoiceField(
        label="党组织",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        empty_label=None,
        help_text="只对应这个党组织当年的党员。",
    )
    source = forms.ChoiceField(label="来源", choices=ExternalSource.choices)
    year = forms.TypedChoiceField(label="年度", coerce=int)
    file = forms.FileField(
        label="年度记录文件",
        max_length=200,
        allow_empty_file=False,
        help_text="Excel 工作簿（.xlsx）或 .csv，不超过 5 MB、5000 行；列名可与模板不同。手机号只读取后四位。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": "请选择年度记录文件。",
            "empty": "文件是空的，请重新选择。",
            "max_length": "文件名太长，请改短后重新上传。",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = kept_organizations(self.user)
        this_year = today_shanghai().year
        self.fields["year"].choices = [(y, f"{y} 年") for y in range(this_year, FIRST_YEAR - 1, -1)]
        self.fields["year"].initial = this_year


class ChoosePeopleForm(PortalForm):
    """One select for each row that is not certain."""

    def __init__(self, *args, rows: list[ExternalRow], people: dict[int, Member], **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = {f"row-{row.pk}": row for row in rows}
        for name, row in self.rows.items():
            offered = [(str(pk), _who(people[pk])) for pk in row.candidates if pk in people]
            self.fields[name] = forms.ChoiceField(
                label=f"{row.name}" + (f"（尾号 {row.tail}）" if row.tail else ""),
                help_text=row.why,
                required=False,
                choices=[("", "请选择"), *offered, (NOBODY, "都不是，不登记")],
            )

    def choices(self) -> dict[int, int | None]:
        """Row → member, for the rows that were decided."""
        decided = {row.pk: self.cleaned_data.get(name) for name, row in self.rows.items()}
        return {key: None if value == NOBODY else int(value) for key, value in decided.items() if value}


def _who(member: Member) -> str:
    tail = f"，手机尾号 {member.mobile_tail}" if member.mobile_tail else "，名册里没有手机"
    return f"{member.name}（{member.branch or member.get_standing_display()}{tail}）"


class ApplyExternalForm(PortalForm):
    only_good = forms.BooleanField(label="跳过有错误和没有选择的行，只登记其余的行", required=False)


class WithdrawExternalForm(PortalForm):
    reason = forms.CharField(
        label="撤回原因", max_length=100, error_messages={"max_length": "原因最多 100 字，请缩短。"}
    )

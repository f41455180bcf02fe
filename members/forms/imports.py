"""Forms of the roster import."""

import datetime

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin
from members.forms.fields import WrittenDateField
from members.models import PartyOrganization
from members.queries.roster import editable_branches


class UploadForm(OneTimeFormMixin, PortalForm):
    branch = forms.ModelChoiceField(
        label="导入到党支部", queryset=PartyOrganization.objects.none(), to_field_name="uid", empty_label=None
    )
    since = WrittenDateField(
        label="新增党员的组织关系起始日期", help_text="这一天起列入应到名单；表中有“转入日期”列时以该列为准。"
    )
    file = forms.FileField(
        label="名册文件",
        max_length=200,
        allow_empty_file=False,
        help_text="Excel 工作簿（.xlsx），不超过 10 MB。列名可与模板不同，次序不限。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "请选择名册文件。",
            "empty": "文件是空的，请重新选择。",
            "max_length": "文件名太长，请改短后重新上传。",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = editable_branches(self.user)
        self.fields["since"].initial = datetime.date(today_shanghai().year, 1, 1)
        self.fields["file"].error_messages["required"] = "请选择名册文件。"


class ConfirmForm(PortalForm):
    only_good = forms.BooleanField(label="跳过有错误的行，只导入其余的行", required=False)

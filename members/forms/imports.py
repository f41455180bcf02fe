"""Forms of the roster import."""

import datetime

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin
from members.forms.fields import WrittenDateField
from members.imports.columns import LABELS
from members.models import Affiliation, PartyOrganization
from members.queries.imports import import_targets


class UploadForm(OneTimeFormMixin, PortalForm):
    branch = forms.ModelChoiceField(
        label="导入到",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        empty_label=None,
        help_text="选择党委或党总支时，表中应有“所在党支部”列。",
    )
    since = WrittenDateField(
        label="新增党员的组织关系起始日期", help_text="这一天起列入应到名单；表中有“转入日期”列时以该列为准。"
    )
    gain = forms.ChoiceField(
        label="本年内新增党员的增加方式",
        choices=[("", "不适用"), *Affiliation.Gain.choices],
        required=False,
        help_text="起始日期在上年底以前的记为“建立名册”；表中有“增加方式”列时以该列为准。",
    )
    file = forms.FileField(
        label="名册文件",
        max_length=200,
        allow_empty_file=False,
        help_text="Excel 工作簿（.xlsx）或 .csv，不超过 10 MB、20000 行。列名可与模板不同，次序不限。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": "请选择名册文件。",
            "empty": "文件是空的，请重新选择。",
            "max_length": "文件名太长，请改短后重新上传。",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = import_targets(self.user)
        self.fields["since"].initial = datetime.date(today_shanghai().year - 1, 12, 31)

    def clean(self):
        cleaned = super().clean()
        since = cleaned.get("since")
        if since and since >= datetime.date(today_shanghai().year, 1, 1) and not cleaned.get("gain"):
            self.add_error("gain", "起始日期在本年内，请选择增加方式。")
        return cleaned


class ColumnsForm(PortalForm):
    """One select for each column that the portal does not know by name."""

    def __init__(self, *args, names: list[str], mapping: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self._names = names
        choices = [("", "不导入"), *LABELS.items()]
        for index, name in enumerate(names):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=name, choices=choices, required=False, initial=mapping.get(name, "")
            )

    def clean(self):
        cleaned = super().clean()
        chosen: dict[str, str] = {}
        for index, name in enumerate(self._names):
            key = cleaned.get(f"column_{index}")
            if key and key in chosen:
                self.add_error(f"column_{index}", f"“{LABELS[key]}”已对应“{chosen[key]}”列，请只选一列。")
            elif key:
                chosen[key] = name
        return cleaned

    @property
    def mapping(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(f"column_{i}", "") for i, name in enumerate(self._names)}


class ConfirmForm(PortalForm):
    only_good = forms.BooleanField(label="跳过有错误的行，只导入其余的行", required=False)

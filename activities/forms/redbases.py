"""Forms of the directory of red bases."""

from collections.abc import Sequence

from django import forms

from branch_portal.forms import FilterForm, PortalForm
from branch_portal.once import OneTimeFormMixin


class BaseSearchForm(FilterForm):
    q = forms.CharField(label="名称或地址", required=False, max_length=40)
    everything = forms.BooleanField(label="含停用的", required=False)


class _BaseForm(PortalForm):
    name = forms.CharField(label="名称", max_length=80)
    place = forms.CharField(label="地址", max_length=120)
    contact = forms.CharField(
        label="联系方式", max_length=60, required=False, help_text="写单位的联系电话，不写个人手机号码。"
    )
    opening_hours = forms.CharField(
        label="开放时间", max_length=120, required=False, help_text="例如 周二至周日 9:00–16:30，周一闭馆。"
    )
    note = forms.CharField(
        label="说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class NewBaseForm(OneTimeFormMixin, _BaseForm):
    """登记基地: into which directory, when one keeps several."""

    def __init__(self, *args, keepers: Sequence, **kwargs):
        super().__init__(*args, **kwargs)
        self.keepers = list(keepers)
        if len(self.keepers) > 1:
            choices = [(organization.uid.hex, str(organization)) for organization in self.keepers]
            self.fields["organization"] = forms.ChoiceField(
                label="登记到",
                choices=choices,
                help_text="登记到党委、党总支的，下级党支部都能选用。",
                error_messages={"invalid_choice": "请在列表中选择党组织。", "required": "请选择党组织。"},
            )
            self.order_fields(["organization"])

    @property
    def organization(self):
        chosen = self.cleaned_data.get("organization")
        return next((each for each in self.keepers if each.uid.hex == chosen), self.keepers[0])


class ChangeBaseForm(_BaseForm):
    in_use = forms.BooleanField(
        label="可选用", required=False, help_text="停用以后不能再选用，过去的活动仍保留。"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class ChooseBaseForm(PortalForm):
    """Which base a gathering is held at; none is an answer too."""

    base = forms.ChoiceField(label="红色教育基地", required=False)

    def __init__(self, *args, bases: Sequence, **kwargs):
        super().__init__(*args, **kwargs)
        self.bases = list(bases)
        self.fields["base"].choices = [
            ("", "不选"),
            *((base.uid.hex, f"{base.name}（{base.place}）") for base in self.bases),
        ]
        self.fields["base"].widget.attrs["data-search"] = ""
        self.fields["base"].error_messages["invalid_choice"] = "请在列表中选择基地。"

    @property
    def chosen(self):
        return next((base for base in self.bases if base.uid.hex == self.cleaned_data["base"]), None)

"""Forms of the code tables."""

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import FilterForm, PortalForm
from members.forms.fields import WrittenDateField


class DayForm(FilterForm):
    day = WrittenDateField(label="日期", required=False)


class EndEntryForm(PortalForm):
    on = WrittenDateField(label="生效日期", help_text="今天或以后：以往日期的名称保持原样。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today_shanghai()


class RewordEntryForm(EndEntryForm):
    label = forms.CharField(label="名称", max_length=60)


class AddEntryForm(RewordEntryForm):
    code = forms.RegexField(
        r"^[0-9A-Za-z]{1,4}$", label="代码", error_messages={"invalid": "代码为 1 至 4 位数字或字母。"}
    )
    sort_number = forms.IntegerField(label="排序号", min_value=0, max_value=99999, initial=1000)


class OrderEntryForm(PortalForm):
    sort_number = forms.IntegerField(label="排序号", min_value=0, max_value=99999)

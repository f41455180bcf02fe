"""Forms of terms."""

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, PortalForm
from members.models import CommitteeTerm


class RegisterTermForm(PortalForm):
    elected_on = forms.DateField(label="选举或批准日期", widget=DateInput())
    origin = forms.ChoiceField(label="产生方式", choices=CommitteeTerm.Origin.choices)
    approval_reference = forms.CharField(label="批复文号", max_length=60, required=False)


class ExtendTermForm(PortalForm):
    until = forms.DateField(label="延期至", widget=DateInput())
    reference = forms.CharField(label="批准文号", max_length=60)
    reason = forms.CharField(
        label="理由", max_length=100, required=False, help_text="延长任期一般不超过 1 年，更长的须写明理由。"
    )


class EndTermForm(PortalForm):
    on = forms.DateField(label="结束日期", widget=DateInput(), help_text="换届请登记新一届，本届随之结束。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today_shanghai()

"""转正 or 延长预备期."""

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import PortalForm
from members.forms.fields import WrittenDateField
from members.rules.roster import probation_end


class ConfirmationForm(PortalForm):
    outcome = forms.ChoiceField(label="讨论结果", choices=[("confirm", "按期转正"), ("extend", "延长预备期")])
    on = WrittenDateField(label="转为正式党员日期或延长至")
    meeting_on = WrittenDateField(label="支部大会日期")
    reason = forms.CharField(label="说明", max_length=100)

    def __init__(self, *args, member, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = probation_end(member.admitted_on, member.extension_until)

    def clean(self):
        cleaned, today = self.cleaned_data, today_shanghai()
        if (meeting := cleaned.get("meeting_on")) and meeting > today:
            self.add_error("meeting_on", "支部大会日期不能晚于今天。")
        if cleaned.get("outcome") == "confirm" and (on := cleaned.get("on")) and on > today:
            self.add_error("on", "转为正式党员日期不能晚于今天。")
        return cleaned

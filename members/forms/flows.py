"""Forms of people who are away, out of reach or suspended, of those who come back, and of voting rights."""

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, PortalForm
from members.models import Affiliation, ContactLog, Member, MemberStatus, PartyOrganization, VotingRightFact
from members.queries.dictionaries import choices_of
from members.queries.roster import editable_branches


class _FromForm(PortalForm):
    """A status that begins."""

    table = ""
    since = forms.DateField(label="开始日期", widget=DateInput())
    reason = forms.ChoiceField(label="原因", choices=[])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = today_shanghai()
        self.fields["reason"].choices = [("", "请选择"), *choices_of(self.table)]


class AwayForm(_FromForm):
    table = "floating_reason"
    place = forms.CharField(label="外出流向", max_length=80, help_text="写到市、县即可，例如：浙江省杭州市。")
    abroad = forms.BooleanField(label="在国（境）外", required=False)


class LostForm(_FromForm):
    table = "lost_contact_reason"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["since"].label = "失去联系日期"
        self.fields["since"].help_text = "以最近一次参加活动、交纳党费或取得联系的日期为准。"


class SuspendForm(_FromForm):
    table = "suspension_reason"
    reference = forms.CharField(label="批准文号", max_length=60)


class EndStatusForm(PortalForm):
    on = forms.DateField(label="结束日期", widget=DateInput(), help_text="这一天起不再属于该情形。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today_shanghai()


class CorrectStatusForm(PortalForm):
    since = forms.DateField(label="开始日期", widget=DateInput())
    until = forms.DateField(
        label="结束日期", widget=DateInput(), required=False, help_text="仍在继续的不填。"
    )
    note = forms.CharField(label="更正原因", max_length=100, help_text="与更正一并记录。")

    def __init__(self, *args, status: MemberStatus, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["since"].initial, self.fields["until"].initial = status.period.lower, status.period.upper


class ContactForm(PortalForm):
    on_date = forms.DateField(label="联系日期", widget=DateInput())
    method = forms.ChoiceField(label="方式", choices=ContactLog.Method.choices)
    reached = forms.BooleanField(label="联系上本人", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on_date"].initial = today_shanghai()


class ReopenForm(PortalForm):
    """恢复或转回 of a former member."""

    gain = forms.ChoiceField(label="增加方式", choices=[])
    branch = forms.ModelChoiceField(
        label="党支部", queryset=PartyOrganization.objects.none(), to_field_name="uid", empty_label=None
    )
    since = forms.DateField(label="起始日期", widget=DateInput())
    reason = forms.CharField(label="说明", max_length=100, help_text="例如：介绍信编号、批准的党组织和文号。")

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        gain = (
            Affiliation.Gain.TRANSFERRED_IN
            if member.standing == Member.Standing.TRANSFERRED_OUT
            else Affiliation.Gain.RESTORED
        )
        self.fields["gain"].choices = [(gain.value, gain.label)]
        self.fields["branch"].queryset = editable_branches(self.user)
        self.fields["branch"].initial = member.left_branch.uid if member.left_branch else None
        self.fields["since"].initial = today_shanghai()


class VotingFactForm(PortalForm):
    code = forms.ChoiceField(label="情形", choices=[("", "请选择"), *VotingRightFact.Code.choices])
    since = forms.DateField(label="开始日期", widget=DateInput())
    until = forms.DateField(
        label="结束日期", widget=DateInput(), required=False, help_text="这一天起不再属于该情形；未定的不填。"
    )


class VotingFactDaysForm(PortalForm):
    since = forms.DateField(label="开始日期", widget=DateInput())
    until = forms.DateField(label="结束日期", widget=DateInput(), required=False, help_text="未定的不填。")

    def __init__(self, *args, fact: VotingRightFact, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["since"].initial, self.fields["until"].initial = fact.period.lower, fact.period.upper

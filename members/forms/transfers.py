"""Forms of 组织关系转接: the filter, the request, the letter, and the steps after it."""

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm, PortalFormHelper
from members.models import AffiliationTransfer, PartyOrganization
from members.queries.dictionaries import choices_of
from members.queries.transfers import receiving_branches
from members.rules.findings import Severity
from members.rules.transfers import check_letter, usual_validity


class MonthField(forms.DateField):
    """A month, kept as its first day."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m", attrs={"type": "month"}))
        kwargs.setdefault("input_formats", ["%Y-%m", "%Y.%m", "%Y年%m月"])
        kwargs.setdefault("error_messages", {"invalid": "请写成年和月，例如 2026-03。"})
        super().__init__(**kwargs)


class TransferFilter(FilterForm):
    state = forms.ChoiceField(
        label="状态",
        choices=[("", "全部"), ("open", "办理中"), *AffiliationTransfer.State.choices],
        required=False,
    )
    direction = forms.ChoiceField(
        label="方向", choices=[("", "全部"), ("out", "转出"), ("in", "转入")], required=False
    )
    cursor = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()


class RequestTransferForm(PortalForm):
    """To a branch of the portal by its full name or code, or by its full name to an organisation outside of it."""

    where = forms.ChoiceField(
        label="转往", choices=[("inside", "本系统内的党支部"), ("outside", "本系统以外的党组织")]
    )
    to_name = forms.CharField(
        label="转入党组织全称", max_length=120, help_text="与公章一致；本系统内的也可填党支部代码。"
    )
    reason = forms.ChoiceField(label="转接原因", choices=[])
    dues_paid_until = MonthField(label="党费交至", required=False)
    requested_on = forms.DateField(label="申请日期", widget=DateInput())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", "请选择"), *choices_of("transfer_reason")]
        self.fields["requested_on"].initial = today_shanghai()

    def clean(self):
        cleaned = super().clean()
        name = cleaned.get("to_name")
        if not name or "where" not in cleaned:
            return cleaned
        found = receiving_branches(name)
        cleaned["to_branch"] = found[0] if cleaned["where"] == "inside" and len(found) == 1 else None
        if cleaned["where"] == "outside":
            if found:
                self.add_error("where", "本系统内有这个党支部，请选“本系统内的党支部”。")
        elif not found:
            self.add_error(
                "to_name", f"本系统内没有名为“{name}”的党支部，请核对全称，或改选“本系统以外的党组织”。"
            )
        elif len(found) > 1:
            self.add_error("to_name", f"本系统内有 {len(found)} 个党支部叫“{name}”，请改填党支部代码。")
        return cleaned

    def asked(self) -> dict:
        """What the action takes."""
        cleaned = self.cleaned_data
        return {
            "to_branch": cleaned["to_branch"],
            "to_name": "" if cleaned["to_branch"] else cleaned["to_name"],
            **{name: cleaned[name] for name in ("reason", "dues_paid_until", "requested_on")},
        }


class IssueForm(PortalForm):
    letter_no = forms.CharField(label="介绍信编号", max_length=40)
    issued_on = forms.DateField(label="开出日期", widget=DateInput())
    valid_until = forms.DateField(
        label="有效期至", widget=DateInput(), help_text="一般 3 个月，最短 1 个月，最长 6 个月。"
    )
    dues_paid_until = MonthField(label="党费交至", required=False)
    warnings_reason = forms.CharField(
        label="核实说明",
        max_length=100,
        required=False,
        help_text="有需要核对的提示时填写，与介绍信一并记录。",
    )

    def __init__(self, *args, transfer: AffiliationTransfer, **kwargs):
        super().__init__(*args, **kwargs)
        today = today_shanghai()
        self.fields["issued_on"].initial, self.fields["valid_until"].initial = today, usual_validity(today)
        self.fields["dues_paid_until"].initial = transfer.dues_paid_until

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        for finding in check_letter(cleaned["issued_on"], cleaned["valid_until"], cleaned["dues_paid_until"]):
            if finding.severity == Severity.HARD or not cleaned["warnings_reason"]:
                self.add_error(finding.field, f"{finding.message}（{finding.clause}）。")
                if finding.severity == Severity.WARN and "warnings_reason" not in self.errors:
                    self.add_error("warnings_reason", "情况属实的，请填写核实说明。")
        return cleaned


class AcceptForm(PortalForm):
    on = forms.DateField(label="接收日期", widget=DateInput(), help_text="这一天起组织关系计入新的党支部。")
    cell = forms.ModelChoiceField(
        label="党小组",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label="不编入党小组",
    )

    def __init__(self, *args, transfer: AffiliationTransfer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today_shanghai()
        if transfer.to_branch is None:
            del self.fields["cell"]
            self.fields["on"].label = "回执日期"
            self.fields["on"].help_text = "对方党组织接收的日期，以介绍信回执为准。"
            return
        self.fields["cell"].queryset = PartyOrganization.objects.visible_to(self.user).filter(
            abolished_on__isnull=True,
            kind=PartyOrganization.Kind.CELL,
            path__startswith=transfer.to_branch.path,
        )
        self.fields["cell"].label_from_instance = lambda cell: cell.name


class CloseForm(PortalForm):
    """Returning and withdrawing say why; running out needs no words."""

    on = forms.DateField(label="办理日期", widget=DateInput())
    reason = forms.CharField(label="原因", max_length=100)

    def __init__(self, *args, asks_reason: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today_shanghai()
        if not asks_reason:
            del self.fields["reason"]

"""Forms of joint gatherings; and in the record's form, what one branch of several may not change."""

from collections.abc import Mapping

from django import forms

from activities.models import ActivityRecord
from activities.queries.joint import facts_are_fixed
from branch_portal.dates import to_local
from branch_portal.forms import FilterForm, PortalForm

_FIXED = ("theme", "on_date", "start", "end", "place")


class BranchSearchForm(FilterForm):
    q = forms.CharField(label="党支部名称", required=False, max_length=40)


class InviteForm(PortalForm):
    branch = forms.UUIDField(widget=forms.HiddenInput)


class DeclineForm(PortalForm):
    reply = forms.CharField(
        label="不参加的说明",
        required=False,
        max_length=100,
        help_text="可不填；主办党支部能看到。",
        error_messages={"max_length": "说明最多 100 字，请缩短。"},
    )


def joint_form_data(data: Mapping, record: ActivityRecord) -> Mapping:
    """What was posted, with the facts that this branch may not change put back to what they are."""
    if not facts_are_fixed(record.share):
        return data
    gathering = record.share.gathering
    start, end = to_local(gathering.started_at), to_local(gathering.ended_at)
    fixed = data.copy()
    for name, value in {
        "theme": gathering.theme,
        "on_date": gathering.on_date.isoformat(),
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        "place": gathering.place,
    }.items():
        fixed[name] = value
    return fixed


def show_fixed(form: forms.Form, record: ActivityRecord) -> forms.Form:
    """The same form, the facts that this branch may not change shown as such."""
    if facts_are_fixed(record.share):
        for name in _FIXED:
            form.fields[name].widget.attrs["readonly"] = True
        form.fields[
            "theme"
        ].help_text = "共建活动的主题、时间、地点由主办党支部确定；各党支部分别登记到会情况。"
    return form

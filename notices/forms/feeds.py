from collections.abc import Sequence

from django import forms

from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin
from members.models import PartyOrganization

OWN = "own"


class FeedForm(OneTimeFormMixin, PortalForm):
    """建立订阅地址: one's own calendar, or a branch's for who keeps or supervises it."""

    of = forms.ChoiceField(label="订阅哪个日历", error_messages={"invalid_choice": "请从列表中选择日历。"})

    def __init__(self, *args, own: bool, branches: Sequence[PartyOrganization], **kwargs):
        super().__init__(*args, **kwargs)
        self.branches = {branch.uid.hex: branch for branch in branches}
        self.fields["of"].choices = [
            *([(OWN, "我的日历：通知到我的活动")] if own else []),
            *((key, f"支部日历：{branch}") for key, branch in self.branches.items()),
        ]

    @property
    def branch(self) -> PartyOrganization | None:
        """The chosen branch of a valid form; None for one's own calendar."""
        return self.branches.get(self.cleaned_data["of"])

"""学习计划: a plan, a topic, what covered it, and the filters of its pages."""

from collections.abc import Sequence

from django import forms

from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm, PortalFormHelper
from branch_portal.once import OneTimeFormMixin
from learning.actions.plan import TopicFacts
from learning.models import PlanTopic
from learning.models.rules import StudyCategory
from learning.queries.plan import Offer
from members.models import Member, PartyOrganization, PostTenure


def plan_years() -> list[int]:
    """Next year is planned at the end of this one."""
    year = today_shanghai().year
    return [year + 1, *range(year, year - 5, -1)]


class PlanYearFilter(FilterForm):
    year = forms.TypedChoiceField(label="年度", coerce=int, required=False, empty_value=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = PortalFormHelper()
        self.fields["year"].choices = [(year, f"{year} 年") for year in plan_years()]

    def chosen(self) -> int:
        """The year asked for, or this one; the choice shows it."""
        year = self.values().get("year") or today_shanghai().year
        self.data = self.data.copy()
        self.data["year"] = str(year)
        return year


class NewPlanForm(OneTimeFormMixin, PortalForm):
    """Whose plan, for which year, and whether it starts from last year's."""

    organization = forms.ModelChoiceField(
        label="制定组织", queryset=PartyOrganization.objects.none(), to_field_name="uid", empty_label=None
    )
    year = forms.TypedChoiceField(label="年度", coerce=int)
    title = forms.CharField(label="名称", max_length=80)
    like_last_year = forms.BooleanField(
        label="从上一年度的计划复制专题",
        required=False,
        help_text="专题、学时、对象和时限都复制过来，时限顺延一年；完成情况不复制。",
    )

    def __init__(self, *args, writers: Sequence[PartyOrganization], **kwargs):
        super().__init__(*args, **kwargs)
        this_year = today_shanghai().year
        self.fields["organization"].queryset = PartyOrganization.objects.visible_to(self.user).filter(
            pk__in=[organization.pk for organization in writers]
        )
        self.fields["year"].choices = [(year, f"{year} 年") for year in (this_year, this_year + 1)]


class PlanTitleForm(PortalForm):
    title = forms.CharField(label="名称", max_length=80)


class TopicForm(OneTimeFormMixin, PortalForm):
    """One topic; `submission_key` makes a new one once."""

    title = forms.CharField(label="专题", max_length=100)
    hours = forms.DecimalField(
        label="学时",
        min_value=0,
        max_value=100,
        decimal_places=2,
        initial=0,
        help_text="需要学满多少学时；写 0 表示学过一次即可。",
    )
    audience = forms.ChoiceField(
        label="适用对象", choices=PlanTopic.Audience.choices, widget=forms.RadioSelect, initial="everybody"
    )
    posts = forms.MultipleChoiceField(
        label="职务", required=False, choices=PostTenure.Post.choices, widget=forms.CheckboxSelectMultiple
    )
    categories = forms.MultipleChoiceField(
        label="党员类别",
        required=False,
        choices=Member.Category.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = forms.DateField(
        label="完成时限",
        required=False,
        widget=DateInput,
        error_messages={"invalid": "日期看不懂，请写成 2026-06-30。"},
    )
    means = forms.MultipleChoiceField(
        label="学习方式",
        required=False,
        choices=StudyCategory.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="告诉党员可以怎样完成。",
    )
    mandatory = forms.BooleanField(label="必学", required=False, initial=True)
    note = forms.CharField(
        label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    position = forms.IntegerField(
        label="顺序", min_value=1, max_value=999, required=False, help_text="不填排在最后。"
    )

    def __init__(self, *args, year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.year = year

    def clean(self) -> dict:
        values = super().clean()
        if values.get("audience") == PlanTopic.Audience.POSTS and not values.get("posts"):
            self.add_error("posts", "请至少选择一个职务。")
        if values.get("audience") == PlanTopic.Audience.CATEGORIES and not values.get("categories"):
            self.add_error("categories", "请至少选择一个党员类别。")
        due_on = values.get("due_on")
        if due_on and due_on.year != self.year:
            self.add_error("due_on", f"完成时限应在 {self.year} 年内。")
        return values

    @property
    def facts(self) -> TopicFacts:
        values = dict(self.cleaned_data)
        values.pop("submission_key")
        for name in ("posts", "categories", "means"):
            values[name] = tuple(values[name])
        return TopicFacts(**values)


class CoverageForm(PortalForm):
    """What of the branch's study dealt with the topic, and who has done it in another way."""

    sources = forms.MultipleChoiceField(
        label="哪些学习讲了这个专题",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="勾选后，这些学习的到会党员按各自学时计入这个专题。",
    )
    members = forms.MultipleChoiceField(
        label="以其他方式完成的党员",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="学时记录里没有、但支部确认已经完成的，勾选姓名。",
    )

    def __init__(self, *args, offers: Sequence[Offer], members: Sequence[Member], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sources"].choices = [
            (offer.source, f"{offer.on_date:%Y-%m-%d} {offer.title}（{offer.members} 人）")
            for offer in offers
        ]
        self.by_uid = {str(member.uid): member.pk for member in members}
        self.fields["members"].choices = [(str(member.uid), member.name) for member in members]
        if not offers:
            del self.fields["sources"]

    @property
    def chosen(self) -> dict:
        """As `cover_topic` takes it."""
        values = self.cleaned_data
        sources = self.fields["sources"].choices if "sources" in self.fields else []
        return {
            "offered_sources": [source for source, _ in sources],
            "sources": values.get("sources", []),
            "offered_members": list(self.by_uid.values()),
            "member_ids": [self.by_uid[uid] for uid in values["members"]],
        }


class PlanBranchForm(FilterForm):
    """`?branch=<uid>`: for which branch a handed-down topic is looked at."""

    branch = forms.UUIDField(required=False)

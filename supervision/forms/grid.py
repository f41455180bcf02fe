"""What the grid, its report and the reminders from it are asked for."""

from django import forms

from activities.queries.cadence import KIND_ORDER
from branch_portal.dates import today_shanghai
from branch_portal.forms import FilterForm, UnmarkedMixin
from branch_portal.once import OneTimeFormMixin
from branch_portal.permissions import Permission
from branch_portal.typed import TypedTextMixin
from members.models import PartyOrganization
from supervision.forms.filters import FIRST_YEAR, year_choices
from supervision.rules.as_of import AsOf, month_ends

NEED, OFFICIAL = "need", "official"
KIND_CHOICES = [(kind.value, kind.label) for kind in KIND_ORDER]
#: More than a page can show at once.
MOST_BRANCHES = 200


class GridForm(FilterForm):
    """The grid's filter. The organisation comes from the links of the page: a list of 10 000 to choose from helps nobody."""

    organization = forms.UUIDField(required=False, widget=forms.HiddenInput)
    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    as_of = forms.ChoiceField(label="截至", required=False)
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部（汇总）"), *KIND_CHOICES])
    order = forms.ChoiceField(
        label="排序", required=False, choices=[(NEED, "需要帮助的在前"), (OFFICIAL, "按组织排序号")]
    )
    name = forms.CharField(label="党支部名称", required=False, max_length=40)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000, widget=forms.HiddenInput)
    #: Every child organisation, also where they are hundreds.
    children = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["year"].choices = year_choices()
        today = today_shanghai()
        asked = self.data.get("year") or ""
        year = int(asked) if asked in {str(number) for number, _ in year_choices()} else today.year
        self.fields["as_of"].choices = [
            ("", "今天"),
            *((f"{day:%Y-%m}", f"{day.year}年{day.month}月底") for day in month_ends(year, today)),
        ]

    @property
    def root(self) -> PartyOrganization | None:
        """The organisation chosen; None for the whole of what the user supervises, and for what is not there."""
        uid = self.values().get("organization")
        if uid is None:
            return None
        return (
            PartyOrganization.objects.permitted(self.user, Permission.VIEW_SUPERVISION)
            .exclude(kind=PartyOrganization.Kind.CELL)
            .filter(uid=uid)
            .first()
        )

    @property
    def chosen_year(self) -> int:
        return self.values().get("year") or today_shanghai().year

    @property
    def as_of_chosen(self) -> AsOf:
        month = self.values().get("as_of")
        if not month:
            return AsOf(today_shanghai())
        ends = month_ends(self.chosen_year, today_shanghai())
        return AsOf(next(day for day in ends if f"{day:%Y-%m}" == month), ended=True)

    @property
    def kind_chosen(self) -> str:
        return self.values().get("kind") or ""

    @property
    def by_need(self) -> bool:
        return self.values().get("order") != OFFICIAL

    @property
    def name_typed(self) -> str:
        return self.values().get("name") or ""

    @property
    def all_children(self) -> bool:
        return bool(self.values().get("children"))

    @property
    def page_number(self) -> int:
        return self.values().get("page") or 1


class AskForm(UnmarkedMixin, TypedTextMixin, forms.Form):
    """Which branches are reminded of what: a year's lacks of all kinds or of one, or a single period."""

    branch = forms.ModelMultipleChoiceField(
        queryset=PartyOrganization.objects.none(), to_field_name="uid", widget=forms.MultipleHiddenInput
    )
    organization = forms.UUIDField(required=False, widget=forms.HiddenInput)
    year = forms.IntegerField(min_value=FIRST_YEAR, widget=forms.HiddenInput)
    kind = forms.ChoiceField(required=False, choices=[("", ""), *KIND_CHOICES], widget=forms.HiddenInput)
    period = forms.IntegerField(required=False, min_value=1, max_value=12, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = (
            PartyOrganization.objects.permitted(user, Permission.INSPECT)
            .branches()
            .existing_on(today_shanghai())
            .in_official_order()
        )

    def clean_branch(self):
        chosen = self.cleaned_data["branch"]
        if len(chosen) > MOST_BRANCHES:
            raise forms.ValidationError(f"一次最多提醒 {MOST_BRANCHES} 个党支部，请分几次。", code="many")
        return chosen

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if year > today_shanghai().year:
            raise forms.ValidationError("年度不能晚于今年。", code="ahead")
        return year

    def clean(self):
        values = super().clean()
        if values.get("period") and not values.get("kind"):
            raise forms.ValidationError("请先选择组织生活的类型。", code="kind")
        return values


class RemindForm(OneTimeFormMixin, AskForm):
    """The same, sent: with a word of the committee's own."""

    note = forms.CharField(
        label="留言（可不填）",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不超过 200 字，显示在该党支部的工作台上，不随邮件发出。",
        error_messages={"max_length": "留言最多 200 字，现在是 %(show_value)s 字，请删减后再发。"},
    )

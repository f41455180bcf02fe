"""自学申报: one form a kind with its entries, what a reviewer decides, and the filters of the lists."""

import datetime
from collections.abc import Sequence

from django import forms
from django.forms import BaseFormSet, formset_factory

from branch_portal.dates import today_shanghai
from branch_portal.forms import DateInput, FilterForm, PortalForm, PortalFormHelper
from branch_portal.once import OneTimeFormMixin
from branch_portal.typed import TypedTextMixin
from learning.actions.submissions import EntryLine, SubmissionFacts
from learning.models import PlanTopic
from learning.rules.submissions import BOOK, FRAGMENTS, ONLINE, RED_BASE, XUEXI

MAX_ENTRIES = 40
BLANK_ROWS = 4
_DAY_MINUTES = 24 * 60
_ACCEPT = ".jpg,.jpeg,.png,.webp,.heic,.heif,.pdf,.docx,.xlsx,image/jpeg,image/png,image/webp,image/heic"
TITLES = {
    BOOK: ("书名", "例如《习近平谈治国理政》第四卷"),
    ONLINE: ("课程名称", ""),
    RED_BASE: ("参观地点", "支部集体参观由支部记录，不用在这里申报"),
    XUEXI: ("内容", "一年一份，写明全年主要学了什么"),
    FRAGMENTS: ("概括", "例如“三季度零散自学”"),
}
_DATE_WORDS = "日期看不懂，请写成 2026-04-13。"


class _SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class _SeveralFilesField(forms.FileField):
    """A list of uploads; what each of them is, is judged later, one by one."""

    def clean(self, data, initial=None):
        return [super(_SeveralFilesField, self).clean(file, initial) for file in data or [] if file]


class EntryRow(TypedTextMixin, forms.Form):
    """One short entry; an empty row says nothing."""

    helper = PortalFormHelper()
    use_required_attribute = False
    on_date = forms.DateField(
        label="日期", required=False, widget=DateInput, error_messages={"invalid": _DATE_WORDS}
    )
    minutes = forms.IntegerField(
        label="分钟",
        required=False,
        min_value=1,
        max_value=_DAY_MINUTES,
        error_messages={
            "invalid": "请写整数分钟，例如 20。",
            "min_value": "请写 1 以上的分钟数。",
            "max_value": "一天最多 1440 分钟。",
        },
    )
    title = forms.CharField(label="学了什么", max_length=100, required=False)

    def clean(self) -> dict:
        values = super().clean()
        for name in ("on_date", "minutes", "title"):
            if values.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, f"请填写{self.fields[name].label}。")
        day = values.get("on_date")
        if day and day > today_shanghai():
            self.add_error("on_date", "日期不能晚于今天。")
        return values


class _Rows(BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.empty_permitted = True


EntryRows = formset_factory(
    EntryRow, formset=_Rows, extra=BLANK_ROWS, max_num=MAX_ENTRIES, absolute_max=MAX_ENTRIES
)


class SubmissionForm(OneTimeFormMixin, PortalForm):
    """What a member writes about one item; 零散自学 takes days and minutes from its rows."""

    title = forms.CharField(label="内容", max_length=100)
    first_on = forms.DateField(label="开始日期", widget=DateInput, error_messages={"invalid": _DATE_WORDS})
    last_on = forms.DateField(label="完成日期", widget=DateInput, error_messages={"invalid": _DATE_WORDS})
    minutes = forms.IntegerField(
        label="学习时长（分钟）",
        min_value=1,
        max_value=366 * _DAY_MINUTES,
        help_text="自己估计即可，例如读了 3 个小时写 180。",
        error_messages={
            "invalid": "请写整数分钟，例如 180。",
            "min_value": "请写 1 以上的分钟数。",
            "max_value": "时长过大，请核对。",
        },
    )
    organised_by_party = forms.BooleanField(
        label="由党组织统一组织",
        required=False,
        help_text="党委、党总支或党支部统一安排学习的才选；自己选学的不选，按个人自学登记。",
    )
    organiser = forms.CharField(label="组织单位", max_length=60, required=False)
    topic = forms.ChoiceField(
        label="对应学习计划的专题", required=False, help_text="可以不选；选了，通过后计入这个专题。"
    )
    note = forms.CharField(
        label="学习情况",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="可以不写，最多 1000 字。不要写涉密内容。",
        error_messages={"max_length": "学习情况最多 1000 字，现在有 %(show_value)s 字，请缩短后再提交。"},
    )
    files = _SeveralFilesField(
        label="附件",
        required=False,
        allow_empty_file=True,
        help_text="不需要附件；想附上的，可选照片、PDF、Word、Excel，每个不超过 20 MB，最多 5 个。",
        widget=_SeveralFilesInput(attrs={"accept": _ACCEPT}),
    )
    step = forms.ChoiceField(
        required=False, choices=[("", ""), ("draft", "暂存"), ("preview", "先看看"), ("submit", "提交")]
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data=None, files=None, *, kind: str, topics: Sequence[PlanTopic] = (), entries=(), **kwargs
    ):
        super().__init__(data, files, **kwargs)
        self.kind, self.by_uid = kind, {str(topic.uid): topic for topic in topics}
        label, hint = TITLES[kind]
        self.fields["title"].label, self.fields["title"].help_text = label, hint
        self.fields["title"].error_messages["required"] = f"请填写{label}。"
        self.fields["title"].error_messages["max_length"] = f"{label}最多 100 字，请缩短。"
        self.rows = None
        if kind == FRAGMENTS:
            self.rows = _rows(data, entries)
            for name in ("first_on", "last_on", "minutes"):
                del self.fields[name]
        if kind == RED_BASE:
            del self.fields["first_on"]
            self.fields["last_on"].label = "参观日期"
        if kind != ONLINE:
            del self.fields["organised_by_party"], self.fields["organiser"]
        if topics:
            self.fields["topic"].choices = [
                ("", "不选"),
                *((uid, topic.title) for uid, topic in self.by_uid.items()),
            ]
            self.fields["topic"].error_messages["invalid_choice"] = "这个专题不在您的学习计划里，请重新选择。"
        else:
            del self.fields["topic"]

    def clean(self) -> dict:
        values = super().clean()
        if self.rows is not None:
            self._sum_up(values)
        last = values.get("last_on")
        first = values.get("first_on") or last
        if self.kind == RED_BASE:
            values["first_on"] = first
        if first and last:
            self._check_dates(first, last)
            length = ((last - first).days + 1) * _DAY_MINUTES
            if self.rows is None and values.get("minutes", 0) > length > 0:
                self.add_error("minutes", "时长超过了这些天的全部时间，请核对日期和分钟。")
        topic = self.by_uid.get(values.get("topic", ""))
        if topic is not None and last and topic.plan.year != last.year:
            self.add_error(
                "topic", f"这个专题在 {topic.plan.year} 年的学习计划里，{last.year} 年的学习请选“不选”。"
            )
        if values.get("organiser") and not values.get("organised_by_party"):
            self.add_error(
                "organised_by_party", "写了组织单位的，请同时选“由党组织统一组织”；不是的，请清空。"
            )
        return values

    def _sum_up(self, values: dict) -> None:
        """Days and minutes of the entries; what is wrong with one is named with its number."""
        faults = [
            f"第 {number} 条：{message}"
            for number, row in enumerate(self.rows.forms, start=1)
            for messages in row.errors.values()
            for message in messages
        ]
        lines = self.entry_lines()
        if not lines and not faults:
            faults = ["请至少填写一条零散自学：日期、分钟和学了什么。"]
        for message in faults:
            self.add_error(None, forms.ValidationError(message))
        if lines:
            values["first_on"] = min(line.on_date for line in lines)
            values["last_on"] = max(line.on_date for line in lines)
            values["minutes"] = sum(line.minutes for line in lines)

    def _check_dates(self, first: datetime.date, last: datetime.date) -> None:
        today = today_shanghai()
        place = "last_on" if "last_on" in self.fields else None
        if last > today:
            self.add_error(place, "日期不能晚于今天，学完以后再申报。")
        elif first > last:
            self.add_error("first_on", "开始日期不能晚于完成日期。")
        elif first.year != last.year:
            self.add_error(place, "跨年的请按年度分成两份申报，学时记在各自的年度。")
        elif last.year < today.year - 1:
            self.add_error(place, "只能申报今年和去年的自学。")

    def entry_lines(self) -> tuple[EntryLine, ...]:
        """The rows that are whole."""
        if self.rows is None or not self.rows.is_bound:
            return ()
        return tuple(
            EntryLine(row.cleaned_data["on_date"], row.cleaned_data["minutes"], row.cleaned_data["title"])
            for row in self.rows.forms
            if row.has_changed() and not row.errors
        )

    @property
    def facts(self) -> SubmissionFacts:
        """Of a valid form."""
        values = self.cleaned_data
        return SubmissionFacts(
            kind=self.kind,
            title=values["title"],
            first_on=values["first_on"],
            last_on=values["last_on"],
            minutes=values["minutes"],
            note=values["note"],
            organised_by_party=bool(values.get("organised_by_party")),
            organiser=values.get("organiser", ""),
            topic=self.by_uid.get(values.get("topic", "")),
            entries=self.entry_lines(),
        )

    @property
    def pressed(self) -> str:
        """Which button was pressed; none means handing in."""
        return self["step"].value() or "submit"

    def partial(self) -> tuple[int, datetime.date, bool]:
        """(minutes, day, organised) as far as they are filled in, for what it would count."""
        self.is_valid()
        values = getattr(self, "cleaned_data", {})
        day = values.get("last_on") or today_shanghai()
        return values.get("minutes") or 0, min(day, today_shanghai()), bool(values.get("organised_by_party"))

    def unjudged(self) -> None:
        """Show what was kept without its faults."""
        self._errors = forms.utils.ErrorDict()
        for row in self.rows.forms if self.rows is not None else ():
            row._errors = forms.utils.ErrorDict()


def _rows(data, entries) -> BaseFormSet:
    """A posted set without its management fields (a form of another hand) counts as empty."""
    if data is None:
        initial = [
            {"on_date": line.on_date, "minutes": line.minutes, "title": line.title} for line in entries
        ]
        return EntryRows(prefix="entries", initial=initial)
    if "entries-TOTAL_FORMS" not in data:
        data = {"entries-TOTAL_FORMS": "0", "entries-INITIAL_FORMS": "0"}
    return EntryRows(data, prefix="entries")


class SubmissionChoiceForm(FilterForm):
    """`?topic=<uid>`: the form opened from the learning plan."""

    topic = forms.UUIDField(required=False)


class OwnFilter(FilterForm):
    cursor = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

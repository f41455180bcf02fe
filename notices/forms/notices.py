"""Writing a notice, correcting and withdrawing it, answering it, and the filters of its lists."""

from collections.abc import Collection, Sequence

from django import forms
from django.utils import timezone

from branch_portal.dates import local_datetime
from branch_portal.forms import DateInput, FilterForm, PortalForm, SeveralFilesField, TimeInput
from branch_portal.once import OneTimeFormMixin
from members.models import Member, PartyOrganization, PostTenure
from notices.models import Notice, NoticeAnswer

_FILES_HELP = "可一次选多个。照片、PDF、Word（.docx）、Excel（.xlsx），每个不超过 20 MB。"


class NoticeTextBase(PortalForm):
    """What drafts and corrections have in common: the words and until when they are answered."""

    title = forms.CharField(label="标题", max_length=80)
    text = forms.CharField(
        label="内容", max_length=4000, widget=forms.Textarea(attrs={"rows": 10}), help_text="最多 4000 字。"
    )
    due_day = forms.DateField(
        label="答复截止日期",
        required=False,
        widget=DateInput,
        error_messages={"invalid": "日期看不懂，请写成 2026-04-13。"},
    )
    due_time = forms.TimeField(
        label="截止时间",
        required=False,
        widget=TimeInput,
        error_messages={"invalid": "时间看不懂，请写成 18:00。"},
    )

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def check_deadline(self, values: dict, *, wanted: bool) -> None:
        """Set `deadline`; say what is missing where an answer is wanted."""
        day, time = values.get("due_day"), values.get("due_time")
        values["deadline"] = None
        if not wanted:
            return
        for name, label in (("due_day", "日期"), ("due_time", "时间")):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, f"要求答复的，请填写答复截止{label}。")
        if day and time:
            values["deadline"] = local_datetime(day, time)

    def unjudged(self) -> None:
        """Show what is typed without saying what it lacks."""
        self._errors = forms.utils.ErrorDict()


class NoticeForm(OneTimeFormMixin, NoticeTextBase):
    """A draft: words, wish, and whom it is for. A branch chooses among its cells, a committee among its branches."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    wanted = forms.ChoiceField(label="答复要求", choices=Notice.Wanted.choices, widget=forms.RadioSelect)
    addressed = forms.ChoiceField(label="发给", choices=Notice.Addressed.choices, widget=forms.RadioSelect)
    reach = forms.ChoiceField(label="范围", widget=forms.RadioSelect)
    organizations = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    posts = forms.MultipleChoiceField(
        label="只发给担任这些职务的人（不选为不限）",
        required=False,
        choices=PostTenure.Post.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    categories = forms.MultipleChoiceField(
        label="只发给这类人员（不选为不限）",
        required=False,
        choices=Member.Category.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, organization: PartyOrganization, parts: Sequence[PartyOrganization], **kwargs):
        super().__init__(*args, **kwargs)
        own, word = organization.is_branch, "党小组" if organization.is_branch else "党支部"
        if any(part.kind not in (part.Kind.BRANCH, part.Kind.CELL) for part in parts):
            word = "下级党组织"
            self.fields["organizations"].help_text = "包括所选党组织所属的全部党支部。"
        self.parts = {part.uid.hex: part for part in parts}
        self.fields["organizations"].choices = [(uid, str(part)) for uid, part in self.parts.items()]
        self.fields["organizations"].label = f"选中的{word}"
        whole = "本支部全体" if own else "所属全部党支部"
        self.fields["reach"].choices = [("all", whole), ("some", f"只发给选中的{word}")]
        if own:
            del self.fields["addressed"]
        if not parts:
            del self.fields["organizations"], self.fields["reach"]

    def clean(self) -> dict:
        values = super().clean()
        self.check_deadline(values, wanted=values.get("wanted") in ("read", "attend"))
        if values["deadline"] and values["deadline"] <= timezone.now():
            self.add_error("due_day", "答复截止时间已经过了，请改为以后的时间。")
        if values.get("reach") == "some" and not values.get("organizations"):
            self.add_error(
                "organizations", f"请勾选{self.fields['organizations'].label[3:]}，或者改为发给全体。"
            )
        narrowed = values.get("posts") or values.get("categories")
        if values.get("addressed") == Notice.Addressed.BRANCHES and narrowed:
            self.add_error(
                "posts", "发给党支部的通知由支部班子答复，不按职务和类别挑选；要通知到人，请选“党员本人”。"
            )
        return values

    @property
    def words(self) -> dict:
        """What the actions take."""
        values = self.cleaned_data
        some = values.get("reach") == "some"
        chosen = [self.parts[uid].pk for uid in values.get("organizations") or ()] if some else []
        return {
            **{name: values[name] for name in ("title", "text", "wanted", "deadline")},
            "addressed": values.get("addressed") or Notice.Addressed.PEOPLE,
            "audience": {
                "organizations": chosen,
                "posts": values["posts"],
                "categories": values["categories"],
            },
        }


class NoticeFilesForm(OneTimeFormMixin, PortalForm):
    files = SeveralFilesField(label="选择文件", help_text=_FILES_HELP)


class SendNoticeForm(PortalForm):
    """The version that was looked at."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class CorrectNoticeForm(OneTimeFormMixin, NoticeTextBase):
    """A new version of what was sent."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    correction = forms.CharField(label="更正说明", max_length=200, help_text="写明改了什么，会显示在通知上。")
    files = SeveralFilesField(label="补充附件", help_text=_FILES_HELP)
    tell_again = forms.BooleanField(label="再通知一次已发的对象", required=False)

    def __init__(self, *args, notice: Notice, **kwargs):
        super().__init__(*args, **kwargs)
        self.notice = notice
        if not notice.wants_answer:
            del self.fields["due_day"], self.fields["due_time"]

    def clean(self) -> dict:
        values = super().clean()
        self.check_deadline(values, wanted=self.notice.wants_answer)
        return values

    @property
    def words(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("title", "text", "deadline")}


class WithdrawNoticeForm(PortalForm):
    reason = forms.CharField(
        label="撤回原因", max_length=200, help_text="会显示给收到通知的人，请勿写个人隐私。"
    )


class AnswerNoticeForm(PortalForm):
    """One tap; leave says why. `back` is the page that the tap was made on."""

    answer = forms.ChoiceField(
        choices=NoticeAnswer.Answer.choices,
        error_messages={
            "required": "没有登记：请点选一种答复。",
            "invalid_choice": "没有登记：请点选一种答复。",
        },
    )
    reason = forms.CharField(
        label="请假原因",
        max_length=100,
        required=False,
        error_messages={"max_length": "没有登记：请假原因最多 100 字，请缩短后再提交。"},
    )
    back = forms.ChoiceField(required=False, choices=[("inbox", ""), ("workbench", ""), ("received", "")])

    def clean(self) -> dict:
        values = super().clean()
        if values.get("answer") == NoticeAnswer.Answer.LEAVE and not values.get("reason"):
            self.add_error("reason", "没有登记：请假的，请写一句原因。")
        return values


class SenderForm(FilterForm):
    """`?for=<organisation>`: in whose name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["for"] = forms.UUIDField(required=False)


class ReceivedFilterForm(FilterForm):
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("waiting", "待答复"), ("answered", "已答复")]
    )
    cursor = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


class SentFilterForm(FilterForm):
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), ("draft", "草稿"), ("sent", "已发出"), ("withdrawn", "已撤回")],
    )
    cursor = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


class ReceiptsFilterForm(FilterForm):
    state = forms.ChoiceField(
        label="答复",
        required=False,
    )
    cursor = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args, answers: Collection[str], **kwargs):
        """`answers`: those that the notice asks for."""
        super().__init__(*args, **kwargs)
        choices = [choice for choice in NoticeAnswer.Answer.choices if choice[0] in answers]
        self.fields["state"].choices = [("", "全部"), ("unanswered", "未答复"), *choices]

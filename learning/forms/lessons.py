"""Forms of lessons: what an officer says about one, its files, its series, and the catalogue's filter."""

from collections.abc import Sequence

from django import forms
from django.forms.utils import ErrorDict

from branch_portal.forms import FilterForm, PortalForm
from branch_portal.once import OneTimeFormMixin
from learning.actions.lessons import LessonFacts
from learning.article import MAX_LENGTH, clean_article
from learning.models import Lesson, LessonSeries
from learning.models.rules import StudyCategory
from learning.queries.lessons import series_on_offer
from members.models import Member, PartyOrganization, PostTenure

#: What a lesson can be; the other categories come from gatherings, classes and submissions.
_CATEGORIES = (StudyCategory.ONLINE_COURSE, StudyCategory.PARTY_LECTURE, StudyCategory.SELF_STUDY)
_MARKUP = (
    "直接输入或粘贴文字，一行一段。“# ”开头是标题，“## ”开头是小标题，“- ”开头是列表，“1. ”开头是编号；"
    "**两个星号之间**是加粗，[文字](网址) 是链接。从 Word 或网页粘贴时，标题、列表、加粗和链接会自动转换，图片请在“课件和附件”中上传。"
)
MEDIA_ACCEPT = {
    Lesson.Kind.VIDEO: "video/mp4,video/webm,.mp4,.webm",
    Lesson.Kind.AUDIO: "audio/mpeg,audio/mp4,audio/ogg,.mp3,.m4a,.ogg",
    Lesson.Kind.PDF: "application/pdf,.pdf",
}
_ATTACHMENT_ACCEPT = ".jpg,.jpeg,.png,.webp,.heic,.pdf,.docx,.xlsx,image/jpeg,image/png,image/webp"


class SeriesField(forms.ModelChoiceField):
    """A series by its title; the row's own name is for logs and says only its number."""

    def label_from_instance(self, obj: LessonSeries) -> str:
        return obj.title


class CatalogueFilter(FilterForm):
    """Which lessons a member's catalogue shows."""

    state = forms.ChoiceField(
        label="完成情况",
        required=False,
        choices=[("", "全部"), ("open", "未学完"), ("done", "已学完")],
    )
    series = SeriesField(
        label="专题",
        queryset=LessonSeries.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label="全部专题",
    )
    cursor = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["series"].queryset = series_on_offer(user)


class ManageFilter(FilterForm):
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *Lesson.State.choices])
    cursor = forms.CharField(required=False, widget=forms.HiddenInput)


class _LessonForm(PortalForm):
    """What is said about a lesson."""

    title = forms.CharField(label="课程名称", max_length=100)
    kind = forms.ChoiceField(
        label="形式", choices=Lesson.Kind.choices, help_text="视频、音频和 PDF 在保存以后上传。"
    )
    series = SeriesField(
        label="专题",
        queryset=LessonSeries.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label="不属于专题",
    )
    position = forms.IntegerField(label="专题内次序", min_value=1, max_value=999, initial=1)
    text = forms.CharField(
        label="正文",
        required=False,
        max_length=1_000_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "data-markup": ""}),
        help_text=_MARKUP,
    )
    minutes = forms.IntegerField(
        label="计入分钟",
        min_value=0,
        max_value=600,
        initial=45,
        help_text="学完这门课记多少分钟，学时按规则折算；与在页面上停留多久无关。",
    )
    category = forms.ChoiceField(
        label="学时类别",
        choices=[(each.value, each.label) for each in _CATEGORIES],
        initial=StudyCategory.ONLINE_COURSE,
    )
    pass_by = forms.ChoiceField(
        label="完成方式",
        choices=Lesson.PassBy.choices,
        initial=Lesson.PassBy.CHECK,
        help_text="小测验不限时；不便用手机的党员可以答纸质卷，由党支部确认。",
    )
    drawn = forms.IntegerField(
        label="每次题数", min_value=1, max_value=50, initial=5, help_text="从题库随机抽取。"
    )
    pass_mark = forms.IntegerField(label="合格线（%）", min_value=1, max_value=100, initial=60)
    tries = forms.IntegerField(
        label="可答次数", min_value=1, max_value=99, required=False, help_text="空着为不限次数。"
    )
    audience = forms.ChoiceField(
        label="学习对象", choices=Lesson.Audience.choices, initial=Lesson.Audience.ALL
    )
    posts = forms.MultipleChoiceField(
        label="指定职务",
        choices=PostTenure.Post.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="学习对象选“担任指定职务的党员”时勾选。",
    )
    categories = forms.MultipleChoiceField(
        label="指定类别",
        choices=Member.Category.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="学习对象选“指定类别的党员”时勾选。",
    )

    def __init__(self, *args, organizations: Sequence[PartyOrganization], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["series"].queryset = LessonSeries.objects.editable_by(self.user).filter(
            organization__in=[organization.pk for organization in organizations]
        )
        self.fields["series"].error_messages["invalid_choice"] = "请在列表中选择专题。"

    def unjudged(self) -> None:
        """Show what was kept without judging it."""
        self._errors, self.cleaned_data = ErrorDict(), {}

    def clean_text(self) -> str:
        text = clean_article(self.cleaned_data["text"])
        if len(text) > MAX_LENGTH:
            raise forms.ValidationError(
                f"正文有 {len(text)} 字，最多 {MAX_LENGTH} 字。请分成几门课，或者改用 PDF 课件。"
            )
        return text

    def clean(self):
        cleaned = super().clean()
        named = {"posts": "担任指定职务", "categories": "指定类别"}
        audience = cleaned.get("audience")
        if audience in named and not cleaned.get(audience):
            self.add_error(audience, f"学习对象是“{named[audience]}的党员”，请至少勾选一项。")
        return cleaned

    def facts(self) -> LessonFacts:
        cleaned = self.cleaned_data
        same = (
            "title", "kind", "series", "text", "minutes", "category", "pass_by", "drawn", "pass_mark", "tries", "position",
            "audience",
        )  # fmt: skip
        return LessonFacts(
            audience_values=cleaned.get(cleaned["audience"], []) or [],
            **{name: cleaned[name] for name in same},
        )


class NewLessonForm(OneTimeFormMixin, _LessonForm):
    """开设课程: for which organisation, when one manages several."""

    def __init__(self, *args, organizations: Sequence[PartyOrganization], **kwargs):
        super().__init__(*args, organizations=organizations, **kwargs)
        self.organizations = list(organizations)
        if len(self.organizations) > 1:
            self.fields["organization"] = forms.ChoiceField(
                label="开设组织",
                choices=[(each.uid.hex, str(each)) for each in self.organizations],
                help_text="由党委、党总支开设的，下级党支部的党员都能学。",
                error_messages={"invalid_choice": "请在列表中选择党组织。", "required": "请选择党组织。"},
            )
            self.order_fields(["organization"])

    @property
    def organization(self) -> PartyOrganization:
        chosen = self.cleaned_data.get("organization")
        return next((each for each in self.organizations if each.uid.hex == chosen), self.organizations[0])


class ChangeLessonForm(_LessonForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class SeriesForm(PortalForm):
    title = forms.CharField(label="专题名称", max_length=80)
    note = forms.CharField(
        label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class NewSeriesForm(OneTimeFormMixin, SeriesForm):
    def __init__(self, *args, organizations: Sequence[PartyOrganization], **kwargs):
        super().__init__(*args, **kwargs)
        self.organizations = list(organizations)
        if len(self.organizations) > 1:
            self.fields["organization"] = forms.ChoiceField(
                label="所属组织",
                choices=[(each.uid.hex, str(each)) for each in self.organizations],
                error_messages={"invalid_choice": "请在列表中选择党组织。", "required": "请选择党组织。"},
            )
            self.order_fields(["organization"])

    @property
    def organization(self) -> PartyOrganization:
        chosen = self.cleaned_data.get("organization")
        return next((each for each in self.organizations if each.uid.hex == chosen), self.organizations[0])


class MainFileForm(OneTimeFormMixin, PortalForm):
    """The recording or PDF, where the page cannot send it in parts."""

    file = forms.FileField(
        label="选择课件",
        allow_empty_file=True,
        max_length=200,
        error_messages={"required": "请先选择文件。", "max_length": "文件名太长，请改短后重新上传。"},
    )

    def __init__(self, *args, lesson: Lesson, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = MEDIA_ACCEPT.get(lesson.kind, "")


class AttachmentForm(OneTimeFormMixin, PortalForm):
    file = forms.FileField(
        label="添加图片或附件",
        allow_empty_file=True,
        max_length=200,
        help_text="照片（JPEG、PNG、WebP、HEIC）、PDF、Word（.docx）、Excel（.xlsx），不超过 20 MB。图片显示在正文之后。",
        widget=forms.FileInput(attrs={"accept": _ATTACHMENT_ACCEPT}),
        error_messages={"required": "请先选择文件。", "max_length": "文件名太长，请改短后重新上传。"},
    )


class BeginUploadForm(PortalForm):
    """A file as the browser describes it."""

    name = forms.CharField(label="文件名", max_length=300)
    size = forms.IntegerField(label="大小", min_value=0, max_value=2**50)
    modified = forms.IntegerField(label="修改时间", min_value=0, max_value=2**53)


class PartForm(PortalForm):
    offset = forms.IntegerField(label="位置", min_value=0, max_value=2**50)


class PeopleForm(PortalForm):
    """确认完成: which members, once for all that are ticked."""

    members = forms.MultipleChoiceField(
        label="党员", required=True, error_messages={"required": "请先勾选已学完的党员。"}
    )

    def __init__(self, *args, offered: Sequence[Member], **kwargs):
        super().__init__(*args, **kwargs)
        self._offered = {member.uid.hex: member for member in offered}
        self.fields["members"].choices = [(key, member.name) for key, member in self._offered.items()]
        self.fields["members"].error_messages |= {
            "required": "请先勾选已学完的党员。",
            "invalid_choice": "名单有变动，请刷新页面后重新勾选。",
        }

    @property
    def chosen(self) -> list[Member]:
        return [self._offered[key] for key in self.cleaned_data["members"]]


class TakeBackForm(PortalForm):
    """撤销完成: of whom, and why."""

    member = forms.ChoiceField(label="党员", error_messages={"required": "请选择党员。"})
    reason = forms.CharField(
        label="撤销原因",
        max_length=100,
        error_messages={"required": "请写明撤销原因。", "max_length": "撤销原因最多 100 字，请缩短。"},
    )

    def __init__(self, *args, offered: Sequence[Member], **kwargs):
        super().__init__(*args, **kwargs)
        self._offered = {member.uid.hex: member for member in offered}
        self.fields["member"].choices = [(key, member.name) for key, member in self._offered.items()]
        self.fields["member"].error_messages["invalid_choice"] = "名单有变动，请刷新页面后重新选择。"

    @property
    def chosen(self) -> Member:
        return self._offered[self.cleaned_data["member"]]

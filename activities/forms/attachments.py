"""Uploading to a record, and saying what a file shows."""

from django import forms

from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin

_ACCEPT = ".jpg,.jpeg,.png,.webp,.heic,.heif,.pdf,.docx,.xlsx,image/jpeg,image/png,image/webp,image/heic"


class _SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class _SeveralFilesField(forms.FileField):
    """A list of uploads; what each of them is, is judged later, one by one."""

    def __init__(self, **kwargs):
        super().__init__(allow_empty_file=True, required=False, **kwargs)

    def clean(self, data, initial=None):
        return [super(_SeveralFilesField, self).clean(file, initial) for file in data or [] if file]


class AttachmentsForm(OneTimeFormMixin, PortalForm):
    files = _SeveralFilesField(
        label="选择文件",
        help_text="可一次选多个。照片（JPEG、PNG、WebP、HEIC）、PDF、Word（.docx）、Excel（.xlsx），每个不超过 20 MB。"
        "照片会压缩，并去掉拍摄时间、地点等信息。",
        widget=_SeveralFilesInput(attrs={"accept": _ACCEPT}),
    )


class CaptionForm(PortalForm):
    caption = forms.CharField(
        label="说明",
        max_length=100,
        required=False,
        error_messages={"max_length": "说明最多 100 字，请缩短。"},
    )

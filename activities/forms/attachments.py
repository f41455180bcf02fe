"""Uploading to a record, and saying what a file shows."""

from django import forms

from branch_portal.forms import PortalForm, SeveralFilesField
from branch_portal.once import OneTimeFormMixin


class AttachmentsForm(OneTimeFormMixin, PortalForm):
    files = SeveralFilesField(
        label="选择文件",
        help_text="可一次选多个。照片（JPEG、PNG、WebP、HEIC）、PDF、Word（.docx）、Excel（.xlsx），每个不超过 20 MB。"
        "照片会压缩，并去掉拍摄时间、地点等信息。",
    )


class CaptionForm(PortalForm):
    caption = forms.CharField(
        label="说明",
        max_length=100,
        required=False,
        error_messages={"max_length": "说明最多 100 字，请缩短。"},
    )

"""Uploading a file to a card."""

from django import forms

from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin


class FileForm(OneTimeFormMixin, PortalForm):
    title = forms.CharField(label="名称", max_length=80, help_text="例如 入党志愿书扫描件。")
    file = forms.FileField(
        label="文件",
        max_length=300,
        allow_empty_file=False,
        help_text="PDF 或图片（JPEG、PNG、WebP、HEIC），不超过 20 MB。图片会压缩，并去掉拍摄时间、地点等信息。",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.webp,.heic"}),
        error_messages={
            "empty": "文件是空的，请重新选择。",
            "max_length": "文件名太长，请改短后重新上传。",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages["required"] = "请选择文件。"

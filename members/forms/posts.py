"""The catalogue's form."""

from django import forms

from branch_portal.forms import PortalForm
from members.models import PostDefinition

_FIELDS = ("duties", "tasks", "methods", "standards")


def _text(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))


class PostDefinitionForm(PortalForm):
    duties = _text("职责")
    tasks = _text("任务")
    methods = _text("方法")
    standards = _text("标准")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args, definition: PostDefinition, **kwargs):
        initial = {name: getattr(definition, name) for name in (*_FIELDS, "version")}
        super().__init__(*args, initial=initial, **kwargs)

"""The one crispy helper and the base of every form: labels, errors and buttons look the same everywhere."""

from crispy_forms.helper import FormHelper
from django import forms

from branch_portal import markings_found
from branch_portal.markings import REFUSAL, is_marked
from branch_portal.typed import TypedTextMixin


class PortalFormHelper(FormHelper):
    """Renders fields only: the page's template owns `<form>`, its buttons and the error summary."""

    form_tag = False
    disable_csrf = True
    render_required_fields = True
    html5_required = False
    include_media = False
    form_show_errors = True
    label_class = "form-label"


class UnmarkedMixin:
    """A form whose texts may carry no secrecy mark: the portal is not for secrets (`branch_portal.markings`)."""

    def full_clean(self):
        super().full_clean()
        for name, value in list(getattr(self, "cleaned_data", {}).items()):
            if isinstance(value, str) and is_marked(value):
                field = self.fields.get(name)
                markings_found.note(str(field.label or "") if field else "", value)
                self.add_error(name if field else None, REFUSAL)


class RowForm(UnmarkedMixin, TypedTextMixin, forms.Form):
    """One row of a table that is filled in: drawn by the page, without a helper of its own."""


class PortalForm(UnmarkedMixin, TypedTextMixin, forms.Form):
    """A form that knows who asks. Choice querysets are empty at class level and narrowed in the constructor."""

    required_css_class = "required"
    error_css_class = "has-error"

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.helper = PortalFormHelper()
        for field in self.fields.values():
            # A form's own words stand; these are for fields that bring none.
            if (
                field.label
                and field.error_messages["required"] == forms.Field.default_error_messages["required"]
            ):
                verb = "选择" if isinstance(field, forms.FileField | forms.ChoiceField) else "填写"
                field.error_messages["required"] = f"请{verb}{field.label}。"


class DateInput(forms.DateInput):
    """Native date picker: works on phones and by keyboard without a script."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs):
        super().__init__(format="%H:%M", **kwargs)


class FilterForm(TypedTextMixin, forms.Form):
    """Base of list filters: bound to the query string, never invalid in a way that shows an error page."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # Drawn as they are, without crispy: a list page has three of them and nothing to say about errors.
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs.setdefault("class", kind)

    def values(self) -> dict:
        """Cleaned values; a field that does not validate counts as not given."""
        self.is_valid()
        return (
            {name: self.cleaned_data.get(name) for name in self.fields}
            if hasattr(self, "cleaned_data")
            else {}
        )


class CursorFilter(FilterForm):
    """Which page of a list that has no other filter."""

    cursor = forms.CharField(required=False, widget=forms.HiddenInput)


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """A list of uploads; what each of them is, is judged later, one by one."""

    #: What `branch_portal.files.keep_file(office=True)` takes.
    ACCEPT = ".jpg,.jpeg,.png,.webp,.heic,.heif,.pdf,.docx,.xlsx,image/jpeg,image/png,image/webp,image/heic"

    def __init__(self, **kwargs):
        widget = SeveralFilesInput(attrs={"accept": self.ACCEPT})
        super().__init__(allow_empty_file=True, required=False, widget=widget, **kwargs)

    def clean(self, data, initial=None):
        return [super(SeveralFilesField, self).clean(file, initial) for file in data or [] if file]

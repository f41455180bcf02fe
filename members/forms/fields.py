"""Form fields that read what people type."""

from django import forms

from branch_portal.dates import DateError, parse_date
from branch_portal.forms import DateInput


class WrittenDateField(forms.DateField):
    """A date in any form that people write: 1990.1.2, 1990-01-02, 1990年1月2日, 19900102."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", DateInput())
        super().__init__(**kwargs)

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            return parse_date(value)
        except DateError as error:
            raise forms.ValidationError(f"{self.label}{error}。") from error

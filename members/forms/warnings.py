"""What deviates from a “一般” of the regulation: saved once the person has looked at it and said why (WARN)."""

from django import forms

CONFIRM = ("warnings_confirmed", "warnings_reason")


class WarningsMixin(forms.Form):
    """A form whose `clean` fills `warnings` with sentences and then asks to confirm them."""

    warnings_confirmed = forms.BooleanField(label="以上情况已对照档案核实", required=False)
    warnings_reason = forms.CharField(label="核实说明", max_length=100, required=False)

    def __init__(self, *args, **kwargs):
        self.warnings: list[str] = []
        super().__init__(*args, **kwargs)

    @property
    def confirm_fields(self):
        return [self[name] for name in CONFIRM] if self.warnings else []

    @property
    def plain_fields(self):
        return [field for field in self.visible_fields() if field.name not in CONFIRM]

    def ask_to_confirm(self) -> None:
        """Errors on the two fields until they are filled in; none without a warning."""
        if not self.warnings:
            return
        if not self.cleaned_data.get("warnings_confirmed"):
            self.add_error("warnings_confirmed", "请核实后勾选。")
        if len(self.cleaned_data.get("warnings_reason", "").strip()) < 4:
            self.add_error("warnings_reason", "请写明核实情况，至少 4 个字。")

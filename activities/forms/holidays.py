"""节假日表: typed or uploaded, looked at, then saved."""

from django import forms

from activities.rules.holidays import Read, as_lines, lines_of_sheet, read_lines
from branch_portal.dates import today_shanghai
from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin
from members.imports.reader import FileRefused, Limits, read_workbook

_LIMITS = Limits(rows=500, megabytes=2, unpacked=20)


class HolidayForm(OneTimeFormMixin, PortalForm):
    """The days of one year. `step` says what the press meant: look (preview), save, or back to the text."""

    year = forms.IntegerField(label="年度", min_value=2018, max_value=2100)
    source = forms.CharField(
        label="依据", max_length=120, required=False, help_text="如国务院办公厅放假通知的文号，可不填。"
    )
    lines = forms.CharField(
        label="节假日和调休上班日",
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="一行一天或一段，最后写“休”或“班”。例如：2027-01-01 元旦 休；2027-02-05 至 2027-02-11 春节 休；2027-02-14 春节 班。",
    )
    file = forms.FileField(
        label="或者上传表格",
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text="Excel 工作簿（.xlsx）或 .csv，三列：日期、名称、休或班。上传后代替上面的文字。",
    )
    step = forms.ChoiceField(
        required=False,
        choices=[("look", ""), ("save", ""), ("back", "")],
        widget=forms.HiddenInput,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = today_shanghai()
        self.fields["year"].initial = today.year + (today.month >= 10)
        self.read = Read()

    def clean(self) -> dict:
        values = super().clean()
        text, file = values.get("lines", ""), values.get("file")
        if file:
            try:
                text = lines_of_sheet(next(iter(read_workbook(file, limits=_LIMITS))).rows)
            except FileRefused as refused:
                self.add_error("file", str(refused))
                return values
            except StopIteration:
                self.add_error("file", "文件里没有工作表，请重新选择。")
                return values
        if not self.errors and values.get("step") != "back":
            self.read = read_lines(text, values["year"])
            for problem in self.read.problems[:20]:
                self.add_error("file" if file else "lines", problem)
        return values

    @property
    def text(self) -> str:
        """The days of a valid form, one a line."""
        return as_lines(self.read.days)

"""Choosing a lesson for a record."""

from collections.abc import Sequence

from django import forms

from branch_portal.forms import PortalForm
from learning.models import Lesson


class LinkLessonForm(PortalForm):
    lesson = forms.ChoiceField(label="课程")

    def __init__(self, *args, lessons: Sequence[Lesson], **kwargs):
        super().__init__(*args, **kwargs)
        self._lessons = {lesson.uid.hex: lesson for lesson in lessons}
        self.fields["lesson"].choices = [(key, lesson.title) for key, lesson in self._lessons.items()]
        self.fields["lesson"].widget.attrs["data-search"] = ""
        self.fields["lesson"].error_messages["invalid_choice"] = "请在列表中选择课程。"

    @property
    def chosen(self) -> Lesson:
        return self._lessons[self.cleaned_data["lesson"]]

"""Forms of the question bank and of a check."""

from django import forms

from branch_portal.forms import FilterForm, PortalForm
from branch_portal.once import OneTimeFormMixin
from learning.actions.quiz import QuestionFacts
from learning.models import Question
from learning.question_file import MAX_OPTION, MAX_TEXT, read_answer
from learning.rules.quiz import LETTERS, MAX_OPTIONS, MULTIPLE, TRUE_FALSE, TRUE_FALSE_OPTIONS, faults


class _QuestionForm(PortalForm):
    """One question: its options in lines of their own, the right ones ticked."""

    kind = forms.ChoiceField(label="题型", choices=Question.Kind.choices)
    text = forms.CharField(label="题目", max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 3}))
    options = forms.CharField(
        label="选项",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"一行一个选项，不写字母，最多 {MAX_OPTIONS} 个。判断题不填。",
    )
    answer = forms.CharField(
        label="答案",
        max_length=20,
        help_text="单选题写 B，多选题写 ABD，字母按上面的行数；判断题写“正确”或“错误”。",
    )
    explanation = forms.CharField(
        label="解析",
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="测验合格以后才显示。",
    )

    def clean_options(self) -> list[str]:
        options = [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]
        if len(options) > MAX_OPTIONS:
            raise forms.ValidationError(f"最多 {MAX_OPTIONS} 个选项，现在有 {len(options)} 个。")
        long = [number for number, option in enumerate(options, start=1) if len(option) > MAX_OPTION]
        if long:
            raise forms.ValidationError(f"第 {long[0]} 个选项超过 {MAX_OPTION} 字，请缩短。")
        return options

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        kind = cleaned["kind"]
        if kind == TRUE_FALSE:
            cleaned["options"] = TRUE_FALSE_OPTIONS
        cleaned["answers"] = read_answer(kind, cleaned["answer"])
        if cleaned["answers"] is None:
            self.add_error(
                "answer",
                "请写“正确”或“错误”。"
                if kind == TRUE_FALSE
                else f"请只写选项的字母，例如 {'ABD' if kind == MULTIPLE else 'B'}。",
            )
            return cleaned
        for sentence in faults(kind, cleaned["text"], cleaned["options"], cleaned["answers"]):
            self.add_error("options" if "选项" in sentence else "answer", f"{sentence}。")
        return cleaned

    def facts(self) -> QuestionFacts:
        names = ("kind", "text", "options", "answers", "explanation")
        return QuestionFacts(**{name: self.cleaned_data[name] for name in names})

    @staticmethod
    def initial_of(question: Question) -> dict:
        letters = "".join(LETTERS[place] for place in question.answers)
        is_judgement = question.kind == TRUE_FALSE
        return {
            "kind": question.kind,
            "text": question.text,
            "options": "" if is_judgement else "\n".join(question.options),
            "answer": question.options[question.answers[0]] if is_judgement else letters,
            "explanation": question.explanation,
            "version": question.version,
        }


class NewQuestionForm(OneTimeFormMixin, _QuestionForm):
    pass


class ChangeQuestionForm(_QuestionForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class BankFilter(FilterForm):
    cursor = forms.CharField(required=False, widget=forms.HiddenInput)


class ImportQuestionsForm(OneTimeFormMixin, PortalForm):
    file = forms.FileField(
        label="题目表",
        allow_empty_file=False,
        max_length=200,
        help_text="Excel 工作簿（.xlsx），不超过 2 MB、1000 题。列名见模板，次序不限。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": "请选择题目表。",
            "empty": "文件是空的，请重新选择。",
            "max_length": "文件名太长，请改短后重新上传。",
        },
    )


class CheckForm(PortalForm):
    """The questions of one attempt, as they were drawn."""

    def __init__(self, *args, sheet, **kwargs):
        super().__init__(*args, **kwargs)
        self._names = []
        for number, item in enumerate(sheet, start=1):
            name = f"q{number}"
            self._names.append(name)
            choices = [
                (str(place), f"{LETTERS[place]}. {option}") for place, option in enumerate(item["options"])
            ]
            several = item["kind"] == MULTIPLE
            field = forms.MultipleChoiceField if several else forms.ChoiceField
            self.fields[name] = field(
                label=f"第 {number} 题",
                choices=choices,
                widget=forms.CheckboxSelectMultiple if several else forms.RadioSelect,
                error_messages={
                    "required": "还没有作答。",
                    "invalid_choice": "请在选项中选择。",
                    "invalid_list": "请在选项中选择。",
                },
            )

    def given(self) -> list[list[int]]:
        answers = [self.cleaned_data[name] for name in self._names]
        return [
            [int(each) for each in answer] if isinstance(answer, list) else [int(answer)]
            for answer in answers
        ]


class PaperForm(FilterForm):
    """Which printed version: A to D, with or without the answers."""

    version = forms.ChoiceField(
        label="卷别", required=False, choices=[(each, f"{each} 卷") for each in "ABCD"]
    )
    answers = forms.BooleanField(label="带答案", required=False)

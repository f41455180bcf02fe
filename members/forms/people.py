"""The member's form: sixteen items and what the portal keeps beside them, judged by `members.rules.roster`."""

import datetime

from django import forms
from django.utils.html import format_html

from branch_portal.dates import today_shanghai
from branch_portal.forms import PortalForm
from branch_portal.once import OneTimeFormMixin
from members.actions.people import NUMBER_TAKEN
from members.cards import SEALED_LABELS, masked
from members.forms.fields import WrittenDateField
from members.forms.warnings import CONFIRM, WarningsMixin
from members.models import Affiliation, Member, PartyOrganization
from members.names import tidy_name
from members.queries.dictionaries import choices_of, label_of
from members.queries.people import member_with_number
from members.queries.roster import editable_branches
from members.rules import national_id
from members.rules.findings import Severity, sentence
from members.rules.phone import PhoneError, normalise_landline, normalise_mobile
from members.rules.roster import MemberFacts, check_member

#: Typed into a sealed field that may be empty, to empty it; leaving it blank keeps what is stored.
CLEAR = "无"
CODED = ("ethnicity", "education", "job_post", "degree", "new_stratum", "admission_type")
SECTIONS = (
    (
        "基本项目",
        ("name", "id_number", "gender", "ethnicity", "birth_date", "education", "category", "branch", "cell", "gain",
         "since", "admitted_on", "confirmed_on", "job_post", "mobile", "landline", "home_address", "lost_contact_on",
         "floating_since", "floating_destination"),
    ),
    ("基本信息", ("degree", "native_place")),
    ("联系方式", ("registered_address",)),
    (
        "党籍信息",
        ("applied_on", "admission_type", "admitted_branch", "extension_until", "standing_correction"),
    ),
    (
        "工作与其他",
        ("employer", "work_started_on", "professional_title", "new_stratum", "is_migrant_worker", "is_leading_official"),
    ),
)  # fmt: skip
#: What entering asks beside the card: it becomes the affiliation.
_PLACING = ("branch", "cell", "since", "gain", "submission_key")


#: Ways of joining that entering a card stands for; the others come with actions of their own.
GAINS = (
    Affiliation.Gain.INITIAL,
    Affiliation.Gain.ADMITTED,
    Affiliation.Gain.RESTORED,
    Affiliation.Gain.TRANSFERRED_IN,
    Affiliation.Gain.OTHER,
)


class MemberForm(WarningsMixin, PortalForm):
    """Entering (`member` None) or changing a member.

    Sealed items are never sent back to the browser: when changing, blank means unchanged.
    """

    name = forms.CharField(label="姓名", max_length=60)
    id_number = forms.CharField(label="公民身份号码", max_length=30)
    gender = forms.ChoiceField(
        label="性别", choices=[("", "按公民身份号码"), *Member.Gender.choices], required=False
    )
    ethnicity = forms.ChoiceField(label="民族", choices=[], initial="01")
    birth_date = WrittenDateField(label="出生日期", required=False)
    education = forms.ChoiceField(label="学历", choices=[], required=False)
    category = forms.ChoiceField(label="人员类别", choices=Member.Category.choices)
    admitted_on = WrittenDateField(label="入党日期")
    confirmed_on = WrittenDateField(label="转为正式党员日期", required=False)
    job_post = forms.ChoiceField(label="工作岗位", choices=[], required=False)
    mobile = forms.CharField(label="手机号", max_length=30, required=False)
    landline = forms.CharField(label="固定电话", max_length=30, required=False)
    home_address = forms.CharField(label="家庭住址", max_length=120, required=False)
    degree = forms.ChoiceField(label="学位", choices=[], required=False)
    native_place = forms.CharField(label="籍贯", max_length=40, required=False)
    registered_address = forms.CharField(label="户籍所在地", max_length=120, required=False)
    applied_on = WrittenDateField(label="申请入党日期", required=False)
    admission_type = forms.ChoiceField(label="入党类型", choices=[], required=False)
    admitted_branch = forms.CharField(label="入党时所在支部", max_length=80, required=False)
    extension_until = WrittenDateField(
        label="延长预备期至", required=False, help_text="未延长的不填；延长不少于半年、不超过一年。"
    )
    standing_correction = forms.IntegerField(
        label="党龄校正值",
        min_value=-60,
        max_value=60,
        initial=0,
        required=False,
        help_text="以年计，一般为 0。",
    )
    employer = forms.CharField(label="工作单位及职务", max_length=80, required=False)
    work_started_on = WrittenDateField(label="参加工作日期", required=False)
    professional_title = forms.CharField(label="从事专业技术职务", max_length=40, required=False)
    new_stratum = forms.ChoiceField(label="新社会阶层类型", choices=[], required=False)
    is_migrant_worker = forms.BooleanField(label="是否农民工", required=False)
    is_leading_official = forms.BooleanField(label="党员领导干部", required=False)

    def __init__(self, *args, member: Member | None = None, **kwargs):
        self.member = member
        if member is not None:
            plain = [name for name in self.entered if name not in SEALED_LABELS]
            kwargs.setdefault("initial", {name: getattr(member, name) for name in plain})
        super().__init__(*args, **kwargs)
        for name in CODED:
            empty = [] if name == "ethnicity" else [("", "未登记")]
            self.fields[name].choices = [*empty, *self._choices(name)]
        self.fields["birth_date"].help_text = "不填时取自公民身份号码。"
        if member is not None:
            self._keep_sealed(member)

    def _choices(self, name: str) -> list[tuple[str, str]]:
        """The entries in force, and the stored one although its wording has ended: nobody loses it by saving."""
        choices = choices_of(name)
        stored = getattr(self.member, name, "") or ""
        if stored and stored not in dict(choices):
            choices.append((stored, f"{label_of(name, stored)}（已停用）"))
        return choices

    def _keep_sealed(self, member: Member) -> None:
        for name in self.fields.keys() & SEALED_LABELS.keys():
            field, shown = self.fields[name], masked(member, name)
            if not shown:
                continue
            field.required = False
            rest = f"，填“{CLEAR}”表示清除。" if name not in ("id_number", "birth_date") else "。"
            # Help texts go into the page as markup, and an address may begin with any character.
            field.help_text = format_html("已登记 {}，不填表示不变{}", shown, rest)
        self.fields["gender"].choices = Member.Gender.choices

    @property
    def sections(self) -> list[tuple[str, list]]:
        """(heading, fields): the national items in their official order, then the extended ones."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in SECTIONS]

    def clean_name(self):
        name = tidy_name(self.cleaned_data["name"])
        if len(name) < 2:
            raise forms.ValidationError("姓名至少两个字。")
        return name

    def clean_id_number(self):
        number = national_id.normalise(self.cleaned_data["id_number"])
        if not number:
            return ""
        if problems := national_id.check(number):
            raise forms.ValidationError([f"公民身份号码{problem}。" for problem in problems])
        holder = member_with_number(number)
        if holder is not None and holder.pk != getattr(self.member, "pk", None):
            raise forms.ValidationError(NUMBER_TAKEN)
        return number

    def clean_standing_correction(self):
        return self.cleaned_data["standing_correction"] or 0

    def clean_mobile(self):
        return self._phone("mobile", normalise_mobile)

    def clean_landline(self):
        return self._phone("landline", normalise_landline)

    def _phone(self, name: str, normalise) -> str:
        value = self.cleaned_data[name].strip()
        if value in ("", CLEAR):
            return value
        try:
            return normalise(value)
        except PhoneError as error:
            raise forms.ValidationError(f"{SEALED_LABELS[name]}{error}。") from error

    def clean(self):
        cleaned = self.cleaned_data
        number = cleaned.get("id_number")
        if number:
            facts = national_id.read(number)
            cleaned["gender"] = cleaned.get("gender") or facts.sex
            if "birth_date" not in self.errors and not self._birth_date():
                cleaned["birth_date"] = facts.birth_date
        if not cleaned.get("gender") and "id_number" not in self.errors:
            self.add_error("gender", "请选择性别。")
        if not self.errors:
            self._judge()
        return cleaned

    def _birth_date(self) -> datetime.date | None:
        typed = self.cleaned_data.get("birth_date")
        if typed is None and self.member is not None and self.member.birth_date:
            return datetime.date.fromisoformat(self.member.birth_date)
        return typed

    def _judge(self) -> None:
        cleaned = self.cleaned_data
        number = cleaned["id_number"] or (self.member.id_number if self.member else None)
        findings = check_member(
            MemberFacts(
                category=cleaned["category"],
                standing=self.member.standing if self.member else Member.Standing.NORMAL,
                admitted_on=cleaned["admitted_on"],
                confirmed_on=cleaned["confirmed_on"],
                birth_date=self._birth_date(),
                gender=cleaned["gender"],
                id_number=number,
                lost_contact_on=cleaned.get("lost_contact_on"),
                floating_since=cleaned.get("floating_since"),
                extension_until=cleaned["extension_until"],
                applied_on=cleaned["applied_on"],
                work_started_on=cleaned["work_started_on"],
                # What is stored was judged when it was entered; demo numbers pass only from there.
                allow_demo=not cleaned["id_number"],
            )
        )
        for finding in findings:
            if finding.severity == Severity.HARD:
                self.add_error(finding.field or None, sentence(finding))
        if self.errors:
            return
        self.warnings = [sentence(finding) for finding in findings if finding.severity == Severity.WARN]
        self.ask_to_confirm()

    def values(self) -> dict:
        """What the action is to store: sealed items left blank are left out when changing."""
        values = {name: value for name, value in self.cleaned_data.items() if name in self.entered}
        for name in SEALED_LABELS:
            if self.member is not None and values.get(name) in ("", None):
                values.pop(name, None)
            elif values.get(name) == CLEAR:
                values[name] = ""
        return values

    @property
    def entered(self) -> list[str]:
        return [name for name in self.base_fields if name not in (*CONFIRM, *_PLACING)]


class NewMemberForm(OneTimeFormMixin, MemberForm):
    """Entering: where to, and since when; who is away or out of reach already is entered as such."""

    lost_contact_on = WrittenDateField(label="失去联系日期", required=False, help_text="未失联的不填。")
    floating_since = WrittenDateField(
        label="外出日期", required=False, help_text="外出六个月以上计为流动党员。"
    )
    floating_destination = forms.CharField(label="外出流向", max_length=80, required=False)

    branch = forms.ModelChoiceField(
        label="所在党支部", queryset=PartyOrganization.objects.none(), to_field_name="uid", empty_label=None
    )
    cell = forms.ModelChoiceField(
        label="党小组",
        queryset=PartyOrganization.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label="不编入党小组",
    )
    gain = forms.ChoiceField(
        label="增加方式",
        choices=[("", "请选择"), *((way.value, way.label) for way in GAINS)],
        help_text="上年底以前已在本支部的选“建立名册”。",
    )
    since = WrittenDateField(label="组织关系起始日期", help_text="这一天起列入应到名单。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        branches = editable_branches(self.user)
        self.fields["branch"].queryset = branches
        self.fields["cell"].queryset = (
            PartyOrganization.objects.visible_to(self.user)
            .filter(kind=PartyOrganization.Kind.CELL, abolished_on__isnull=True)
            .order_by("path")
        )
        self.fields["since"].initial = today_shanghai()

    def clean(self):
        cleaned = super().clean()
        branch, cell = cleaned.get("branch"), cleaned.get("cell")
        if branch is not None and cell is not None and not cell.path.startswith(branch.path):
            self.add_error("cell", "所选党小组不属于该党支部。")
        return cleaned

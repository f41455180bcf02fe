"""Lessons and series: entering, changing, publishing, taking down."""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from branch_portal.registries import earned_by_roll
from learning.article import clean_article
from learning.models import Lesson, LessonFile, LessonSeries, Question
from learning.models.rules import StudyCategory
from members.models import PartyOrganization

_CHANGED_MEANWHILE = "打开页面以后，这门课已被他人修改，请重新打开核对后再保存。"


class LessonRefused(Exception):
    """It cannot be done; the message is Chinese and says why."""


@dataclass(frozen=True, slots=True)
class LessonFacts:
    """What an officer says about a lesson."""

    title: str
    kind: str
    text: str = ""
    minutes: int = 45
    category: str = StudyCategory.ONLINE_COURSE
    series: LessonSeries | None = None
    position: int = 1
    pass_by: str = Lesson.PassBy.CHECK
    drawn: int = 5
    pass_mark: int = 60
    tries: int | None = None
    audience: str = Lesson.Audience.ALL
    audience_values: list[str] = field(default_factory=list)


@transaction.atomic
def create_lesson(*, by, organization: PartyOrganization, facts: LessonFacts) -> Lesson:
    """A draft, seen by those who manage the organisation's lessons only."""
    if organization.kind == PartyOrganization.Kind.CELL:
        raise LessonRefused("云端党课由党支部或上级党组织开设。")
    lesson = Lesson(organization=organization, created_by=by)
    _write(lesson, facts)
    return lesson


@transaction.atomic
def change_lesson(*, by, lesson: Lesson, version: int, facts: LessonFacts) -> Lesson:
    """Mend a lesson, also a published one; what was completed keeps its minutes. `version` is the one the page showed."""
    current = Lesson.objects.select_for_update().get(pk=lesson.pk)
    if current.version != version:
        raise LessonRefused(_CHANGED_MEANWHILE)
    if current.kind != facts.kind and main_file(current) is not None:
        raise LessonRefused("课件已经上传，形式不能再改。请先移除课件。")
    if facts.minutes and earned_by_roll(lesson=current):
        raise LessonRefused("这门课关联了党课记录，学时随点名和补课计入，“计入分钟”请填 0。")
    current.version += 1
    _write(current, facts)
    if current.state == Lesson.State.PUBLISHED:
        _check_ready(current)
    return current


def _write(lesson: Lesson, facts: LessonFacts) -> None:
    if facts.series is not None and facts.series.organization_id != lesson.organization_id:
        raise LessonRefused("专题属于其他党组织，请选择本组织的专题。")
    for name in (
        "title", "kind", "minutes", "category", "series", "position", "pass_by", "drawn", "pass_mark", "tries", "audience",
    ):  # fmt: skip
        setattr(lesson, name, getattr(facts, name))
    everyone = facts.audience == Lesson.Audience.ALL
    lesson.audience_values = [] if everyone else sorted(set(facts.audience_values))
    lesson.text = clean_article(facts.text)
    lesson.save()


@transaction.atomic
def publish_lesson(*, by, lesson: Lesson) -> Lesson:
    """Offer it to its audience, for the first time or again."""
    current = Lesson.objects.select_for_update().get(pk=lesson.pk)
    if current.state != Lesson.State.PUBLISHED:
        _check_ready(current)
        current.state = Lesson.State.PUBLISHED
        current.published_at, current.withdrawn_at = timezone.now(), None
        current.save(update_fields=["state", "published_at", "withdrawn_at"])
    return current


def _check_ready(lesson: Lesson) -> None:
    lacking = missing_parts(lesson)
    if lacking:
        raise LessonRefused(f"还不能发布：{'；'.join(lacking)}。")


def missing_parts(lesson: Lesson) -> list[str]:
    """What a lesson still lacks before it can be offered, in Chinese."""
    lacking = []
    if lesson.is_media and main_file(lesson) is None:
        lacking.append(f"{lesson.get_kind_display()}还没有上传")
    if not lesson.is_media and not lesson.text:
        lacking.append("正文还没有填写")
    if lesson.pass_by == Lesson.PassBy.CHECK and not Question.objects.for_lesson(lesson).exists():
        lacking.append("题库里还没有题目")
    return lacking


@transaction.atomic
def withdraw_lesson(*, by, lesson: Lesson) -> Lesson:
    """Take it down. Who completed it keeps it in view, and the hours stay."""
    current = Lesson.objects.select_for_update().get(pk=lesson.pk)
    if current.state == Lesson.State.PUBLISHED:
        current.state, current.withdrawn_at = Lesson.State.WITHDRAWN, timezone.now()
        current.save(update_fields=["state", "withdrawn_at"])
    return current


@transaction.atomic
def save_series(
    *, by, organization: PartyOrganization, title: str, note: str, series: LessonSeries | None = None
) -> LessonSeries:
    """Enter a series, or reword one."""
    row = series or LessonSeries(organization=organization)
    row.title, row.note = title, note
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise LessonRefused(f"“{title}”这个专题已经有了，请换一个名称。") from error
    return row


def main_file(lesson: Lesson) -> LessonFile | None:
    """The PDF or recording that the lesson is."""
    return LessonFile.objects.kept().filter(lesson=lesson, role=LessonFile.Role.MAIN).first()

"""Lists of the learning plan: plans, topics, the branch's matrix. Official order everywhere, never by how much is done."""

from django.urls import reverse
from django.utils.html import format_html

from branch_portal.tables import Column
from learning.models import LearningPlan, PlanTopic
from learning.models.rules import StudyCategory
from learning.queries.plan import Matrix, Row
from learning.rules.hours import show
from learning.rules.plan import DONE, NOT_APPLICABLE, Standing
from members.models import Member, PostTenure


def audience_text(topic: PlanTopic) -> str:
    """全体党员, 党支部书记、组织委员, 预备党员."""
    if topic.audience == PlanTopic.Audience.POSTS:
        labels = dict(PostTenure.Post.choices)
        return "、".join(str(labels.get(post, post)) for post in topic.posts)
    if topic.audience == PlanTopic.Audience.CATEGORIES:
        labels = dict(Member.Category.choices)
        return "、".join(str(labels.get(category, category)) for category in topic.categories)
    return "全体党员"


def means_text(topic: PlanTopic) -> str:
    labels = dict(StudyCategory.choices)
    return "、".join(str(labels.get(category, category)) for category in topic.means)


def hours_text(topic: PlanTopic) -> str:
    return f"{show(topic.hours)} 学时" if topic.hours else "学过即可"


def plan_columns() -> list[Column]:
    return [
        Column("名称", lambda plan: plan.title, _plan_link),
        Column("制定组织", lambda plan: str(plan.organization)),
        Column("年度", lambda plan: plan.year, numeric=True),
        Column("专题", lambda plan: plan.topic_count, numeric=True),
        Column("状态", lambda plan: plan.get_state_display(), _plan_state),
    ]


def _plan_link(plan: LearningPlan):
    return format_html('<a href="{}">{}</a>', reverse("learning:plan", args=[plan.uid]), plan.title)


def _plan_state(plan: LearningPlan):
    style = "is-done" if plan.state == LearningPlan.State.PUBLISHED else "is-plain"
    return format_html('<span class="status {}">{}</span>', style, plan.get_state_display())


def topic_columns(*, editable: bool, coverable: bool) -> list[Column]:
    def links(topic: PlanTopic):
        edit = (
            format_html(
                '<a href="{}">修改<span class="visually-hidden">{}</span></a> ',
                reverse("learning:topic-edit", args=[topic.uid]),
                topic.title,
            )
            if editable
            else ""
        )
        cover = (
            format_html(
                '<a href="{}">登记完成<span class="visually-hidden">{}</span></a>',
                reverse("learning:topic-coverage", args=[topic.uid]),
                topic.title,
            )
            if coverable
            else ""
        )
        return format_html("{}{}", edit, cover)

    actions = [Column("操作", lambda topic: "", links, export=False)] if editable or coverable else []
    return [
        Column("专题", lambda topic: topic.title),
        Column("要求", lambda topic: "必学" if topic.mandatory else "选学"),
        Column("学时", hours_text),
        Column("适用对象", audience_text),
        Column("完成时限", lambda topic: topic.due_on),
        Column("学习方式", means_text),
        *actions,
    ]


def matrix_columns(matrix: Matrix) -> list[Column]:
    return [
        Column("姓名", lambda row: row.member.name),
        Column("职务", lambda row: row.post),
        *(_topic_column(index, topic) for index, topic in enumerate(matrix.topics)),
        Column("未完成", lambda row: row.open_count, lambda row: row.open_count or "—", numeric=True),
    ]


def _topic_column(index: int, topic: PlanTopic) -> Column:
    def word(row: Row) -> str:
        return cell_text(topic, row.cells[index])

    def cell(row: Row):
        found = row.cells[index]
        if found.state == NOT_APPLICABLE:
            return format_html('<span class="muted">{}</span>', "不涉及")
        style = "is-done" if found.state == DONE else "is-wait"
        return format_html('<span class="status {}">{}</span>', style, cell_text(topic, found))

    return Column(topic.title, word, cell)


def cell_text(topic: PlanTopic, cell: Standing) -> str:
    """已完成, 未完成, 未完成（1.0/2.0 学时）, 不涉及."""
    if cell.state == DONE or cell.state == NOT_APPLICABLE or not cell.hours:
        return cell.label
    return f"{cell.label}（{show(cell.hours)}/{show(topic.hours)} 学时）"


def on_paper(columns: list[Column]) -> list[Column]:
    """The same without marks."""
    return [Column(column.header, column.value, numeric=column.numeric) for column in columns]

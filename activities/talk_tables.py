"""Lists of talks as screen, paper and spreadsheet show them. What a talk was about is in none of them."""

from django.urls import reverse
from django.utils.html import format_html

from activities.models import HeartTalk
from branch_portal.tables import Column


def state_word(talk: HeartTalk) -> str:
    return "已登记" if talk.accepted_at else "待核收"


def _state(talk: HeartTalk):
    style = "is-done" if talk.accepted_at else "is-wait"
    return format_html('<span class="status {}">{}</span>', style, state_word(talk))


def _open(talk: HeartTalk):
    return format_html(
        '<a href="{}" aria-label="查看 {} {}">查看</a>',
        reverse("activities:talk", args=[talk.uid]),
        talk.on_date.isoformat(),
        talk.other_name,
    )


def talk_columns(*, several: bool) -> list[Column]:
    branch = [Column("党支部", lambda talk: str(talk.branch))] if several else []
    return [
        Column("日期", lambda talk: talk.on_date),
        *branch,
        *own_columns()[1:],
    ]


def own_columns() -> list[Column]:
    return [
        Column("日期", lambda talk: talk.on_date),
        Column("谈话人", lambda talk: talk.one_name),
        Column("谈话对象", lambda talk: talk.other_name),
        Column("类别", lambda talk: talk.get_kind_display()),
        Column("地点", lambda talk: talk.place),
        Column("状态", state_word, cell=_state),
        Column("操作", lambda talk: "", cell=_open, export=False),
    ]

"""Notices read: in whose name one sends, what was received and sent, and who has answered what."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from branch_portal.dates import local_datetime, today_shanghai
from branch_portal.permissions import Permission
from members.models import PartyOrganization, PostTenure, RoleGrant, User
from notices.models import Delivery, Notice, NoticeAnswer, NoticeTarget
from notices.models.notices import NoticeTargetQuerySet, acts_for
from notices.rules.notices import ANSWERS, answer_closed, is_late

#: What nobody has asked for again in two months is the sender's to settle.
ASKED_FOR = datetime.timedelta(days=60)
#: Branches that a committee can tick one by one; ten thousand would be a page that nobody reads to its end.
TICKED = 200
_PREFIX = "notices.notice:"
_ABOVE = (PartyOrganization.Kind.COMMITTEE, PartyOrganization.Kind.GENERAL_BRANCH)
_LABELS = dict(NoticeAnswer.Answer.choices)


def senders(user) -> QuerySet[PartyOrganization]:
    """Live organisations in whose name the user may send."""
    return PartyOrganization.objects.filter(acts_for(user, "")).existing_on(today_shanghai())


def may_send(user) -> bool:
    """Whether there is any; without a query, for the row of links."""
    return any(
        (Permission.LOG_GATHERINGS in reach.permissions and reach.organization.kind != "cell")
        or (Permission.VIEW_SUPERVISION in reach.permissions and reach.organization.kind in _ABOVE)
        for reach in user.access.reaches
    )


def parts_of(organization: PartyOrganization) -> list[PartyOrganization]:
    """What an audience is chosen from: a branch's cells, a committee's branches; what stands directly under a committee of very
    many, each with all branches of its own. At most two queries."""
    kinds = PartyOrganization.Kind
    below = PartyOrganization.objects.existing_on(today_shanghai()).filter(path__startswith=organization.path)
    below = below.in_official_order()
    if organization.is_branch:
        return list(below.filter(kind=kinds.CELL))
    branches = list(below.filter(kind=kinds.BRANCH)[: TICKED + 1])
    if len(branches) <= TICKED:
        return branches
    return list(below.filter(depth=organization.depth + 1))


@dataclass(frozen=True)
class Line:
    """One target as its addressee sees it: what may be answered, and what has been."""

    target: NoticeTarget
    notice: Notice
    answer: NoticeAnswer | None
    closed: bool
    options: tuple[str, ...]

    @property
    def label(self) -> str:
        """What stands beside the title; "" where nothing is asked."""
        if self.notice.is_withdrawn:
            return "已撤回"
        if self.answer is not None:
            late = is_late(deadline=self.notice.deadline, answered_at=self.answer.answered_at)
            return f"已答复：{self.answer.get_answer_display()}{'（截止后）' if late else ''}"
        return "待答复" if self.options else ""

    @property
    def state(self) -> str:
        """A word of `components/status.html`."""
        if self.notice.is_withdrawn:
            return "missing"
        if self.answer is not None:
            return "done"
        overdue = self.notice.deadline is not None and self.notice.deadline < timezone.now()
        return "late" if overdue else "wait"

    @property
    def open_options(self) -> list[tuple[str, str]]:
        """The buttons: what may be answered and is not the answer already; leave has its own box."""
        given = self.answer.answer if self.answer else ""
        return [(key, _LABELS[key]) for key in self.options if key not in (given, "leave")]

    @property
    def may_leave(self) -> bool:
        return "leave" in self.options


def line_of(target: NoticeTarget) -> Line:
    """`target` comes with its notice and answer (`with_answers`)."""
    notice, answer = target.notice, getattr(target, "answer", None)
    closed = answer_closed(
        deadline=notice.deadline,
        answered=answer is not None,
        withdrawn=notice.is_withdrawn,
        now=timezone.now(),
    )
    return Line(target, notice, answer, closed, () if closed else ANSWERS[notice.wanted])


def with_answers(targets: NoticeTargetQuerySet) -> NoticeTargetQuerySet:
    return targets.select_related("notice__organization", "branch", "answer__answered_by")


def received(user) -> NoticeTargetQuerySet:
    """What was sent to the user, for `keyset_page` by ("-sent_at", "-pk")."""
    return with_answers(NoticeTarget.objects.received_by(user))


def own_lines(user, notice: Notice) -> list[Line]:
    return [line_of(target) for target in received(user).filter(notice=notice).order_by("pk")]


def waiting_lines(user, limit: int) -> list[Line]:
    """待我答复: the nearest deadline first. A branch's answers that are owed since before today stand among what is due."""
    today = today_shanghai()
    since = local_datetime(today - ASKED_FOR)  # or old ones would keep new ones off the panel for ever
    targets = received(user).waiting().filter(notice__deadline__gte=since).order_by("notice__deadline", "pk")
    return [
        line_of(target) for target in targets.filter(Q(member__isnull=False) | Q(sent_at__date=today))[:limit]
    ]


def owed_answers(branches, *, sent_before: datetime.date, due_since: datetime.date) -> QuerySet[NoticeTarget]:
    """What these branches have not answered, the nearest deadline first: sent before one day, due since another."""
    return (
        NoticeTarget.objects.filter(
            member__isnull=True,
            branch__in=branches,
            sent_at__lt=local_datetime(sent_before),
            notice__deadline__gte=local_datetime(due_since),
        )
        .waiting()
        .select_related("notice__organization", "branch")
        .order_by("notice__deadline", "pk")
    )


def attach_notices(user, deliveries: Sequence[Any]) -> None:
    """Give each message `notice_lines`: the user's targets of the notice that it is about. One query, none without any."""
    uids = {delivery.pk: _uid_of(delivery.slot.subject) for delivery in deliveries}
    wanted = {uid for uid in uids.values() if uid is not None}
    lines: dict[UUID, list[Line]] = {}
    if wanted:
        for target in received(user).filter(notice__uid__in=wanted).order_by("pk"):
            lines.setdefault(target.notice.uid, []).append(line_of(target))
    for delivery in deliveries:
        uid = uids[delivery.pk]
        delivery.notice_lines = lines.get(uid, []) if uid else []


def _uid_of(subject: str) -> UUID | None:
    return UUID(subject.removeprefix(_PREFIX)) if subject.startswith(_PREFIX) else None


def has_unread(user, notice: Notice) -> bool:
    return Delivery.objects.visible_to(user).unread().filter(slot__subject=notice.subject).exists()


# --- The sender's side; the caller has checked that the asker acts for the sender ---


def sent_notices(user) -> QuerySet[Notice]:
    """Drafts and sent ones of the organisations that the user acts for, with their counts.

    Counted notice by notice, so that a page costs its own rows and not every target that was ever written to.
    """
    targets = NoticeTarget.objects.filter(notice=OuterRef("pk")).order_by().values("notice")

    def count(what: str):
        return Coalesce(Subquery(targets.annotate(number=Count(what)).values("number")), 0)

    return (
        Notice.objects.editable_by(user)
        .select_related("organization", "sent_by")
        .annotate(target_count=count("pk"), answer_count=count("answer"))
    )


@dataclass(frozen=True)
class Receipts:
    """How a notice stands: targets, who of them opened a message about it, answers by kind."""

    targets: int
    read: int
    answers: dict[str, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return sum(self.answers.values())

    @property
    def unanswered(self) -> int:
        return self.targets - self.answered

    def tiles(self, notice: Notice) -> list[dict]:
        """What `components/stats.html` takes."""
        unit = "个" if notice.to_branches else "人"
        tiles = [{"label": "通知对象", "value": self.targets, "unit": unit}]
        if not notice.wants_answer:
            return [*tiles, {"label": "已阅读", "value": self.read, "unit": unit}]
        tiles += [
            {"label": _LABELS[key], "value": self.answers.get(key, 0), "unit": unit}
            for key in ANSWERS[notice.wanted]
        ]
        return [*tiles, {"label": "未答复", "value": self.unanswered, "unit": unit}]


def receipts_of(notice: Notice) -> Receipts:
    """One query."""
    kinds: Iterable[str] = ANSWERS[notice.wanted]
    found = _with_reading(notice).aggregate(
        targets=Count("pk"),
        read=Count("pk", filter=Q(was_read=True)),
        **{f"n_{kind}": Count("pk", filter=Q(answer__answer=kind)) for kind in kinds},
    )
    return Receipts(found["targets"], found["read"], {kind: found[f"n_{kind}"] for kind in kinds})


def receipt_rows(notice: Notice) -> tuple[QuerySet[NoticeTarget], tuple[str, ...]]:
    """(targets with `was_read`, `has_account` and `stays`, the order for `keyset_page`)."""
    key = "branch__sort_number" if notice.to_branches else "member__name_pinyin"
    home = PartyOrganization.objects.filter(
        pk=OuterRef("branch" if notice.to_branches else "member__branch"),
        path__startswith=notice.organization.path,
    )
    rows = _with_reading(notice).annotate(
        list_key=F(key),
        has_account=Exists(User.objects.active().filter(member=OuterRef("member"))),
        stays=Exists(home),
    )
    return rows.select_related("member", "branch", "answer__answered_by"), ("list_key", "pk")


def _with_reading(notice: Notice) -> QuerySet[NoticeTarget]:
    """Targets, with whether the person – for a branch, anybody there – has opened a message about the notice."""
    opened = Delivery.objects.inbox().filter(slot__subject=notice.subject, read_at__isnull=False)
    if notice.to_branches:
        was_read = _read_by_officers(opened)
    else:
        was_read = Q(Exists(opened.filter(recipient__member=OuterRef("member"))))
    return NoticeTarget.objects.filter(notice=notice).annotate(
        was_read=ExpressionWrapper(was_read, output_field=BooleanField())
    )


def _read_by_officers(opened: QuerySet[Delivery]) -> Q:
    """By somebody of the branch, or by who looks after it by a post or grant and belongs elsewhere or nowhere.

    Each begins at the branch: one condition for all three would go through every message of the notice for each branch.
    """
    day, branch = today_shanghai(), OuterRef("branch")
    posts = PostTenure.objects.on(day).filter(organization=OuterRef(branch))
    grants = RoleGrant.objects.valid_on(day).filter(organization=OuterRef(branch))
    return (
        Q(Exists(opened.filter(branch=branch)))
        | Q(Exists(opened.filter(recipient__member__in=posts.values("member"))))
        | Q(Exists(opened.filter(recipient__in=grants.values("user"))))
    )

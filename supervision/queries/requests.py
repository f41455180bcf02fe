"""Work requests read: in whose name one asks, whom a request is for, how its answers stand, what a branch still owes."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from branch_portal.dates import local_datetime, month_bounds, today_shanghai
from branch_portal.permissions import POST_ROLES, Permission, roles_with
from members.models import Member, PartyOrganization, PostTenure, RoleGrant, User
from members.models.organizations import PartyOrganizationQuerySet
from supervision.models import RequestAnswer, RequestBranch, RequestField, RequestFile, WorkRequest
from supervision.models.request_answers import ANSWERERS, RequestBranchQuerySet
from supervision.rules.requests import ANSWERED, KNOWN, RETURNED, WAITING

#: What nobody has asked for again in two months is the committee's to settle.
ASKED_FOR = datetime.timedelta(days=60)
#: Branches that can be ticked one by one on a page.
TICKED = 400


def senders(user) -> PartyOrganizationQuerySet:
    """Live committees and general branches in whose name the user asks."""
    own = PartyOrganization.objects.permitted(user, Permission.REQUEST_WORK)
    paths = user.access.scope(Permission.REQUEST_WORK).paths
    return own.filter(path__in=paths).above_branches().existing_on(today_shanghai())


def parts_of(
    organization: PartyOrganization,
) -> tuple[list[PartyOrganization], list[PartyOrganization]]:
    """(committees and general branches below, branches that can be ticked) of a sender. Two queries."""
    below = PartyOrganization.objects.existing_on(today_shanghai()).filter(path__startswith=organization.path)
    roots = below.above_branches().exclude(pk=organization.pk).order_by("path")
    return list(roots), list(below.branches().in_official_order()[:TICKED])


def branches_meant(
    organization: PartyOrganization, audience: Mapping[str, Sequence[Any]], day: datetime.date
) -> PartyOrganizationQuerySet:
    """Live branches of the sender's subtree: those of the chosen parts and unit categories, and those ticked one by one."""
    found = PartyOrganization.objects.existing_on(day).branches().filter(path__startswith=organization.path)
    roots, categories, ticked = (audience.get(name) or () for name in ("roots", "categories", "branches"))
    if not (roots or categories or ticked):
        return found
    chosen = Q(pk__in=list(ticked))
    if roots or categories:
        under = Q(pk__in=[]) if roots else Q()
        for path in PartyOrganization.objects.filter(pk__in=list(roots)).values_list("path", flat=True):
            under |= Q(path__startswith=path)
        chosen |= under & (Q(unit_category__in=list(categories)) if categories else Q())
    return found.filter(chosen)


def audience_words(request: WorkRequest) -> str:
    """Whom it is for, in words."""
    audience = request.audience
    roots = PartyOrganization.objects.filter(pk__in=audience.get("roots") or ()).order_by("path")
    parts = [f"{root}所属" for root in roots]
    labels = dict(PartyOrganization.UnitCategory.choices)
    if categories := audience.get("categories"):
        parts.append(f"单位类别为{'、'.join(labels[key] for key in categories)}")
    if ticked := audience.get("branches"):
        parts.append(f"另选 {len(ticked)} 个党支部" if parts else f"选中的 {len(ticked)} 个党支部")
    return "，".join(parts) or "所属全部党支部"


def sent_this_month(branches: Sequence[int], day: datetime.date | None = None) -> int:
    """How many requests, whoever asked, have gone to any of these branches this month."""
    day = day or today_shanghai()
    first = local_datetime(month_bounds(day.year, day.month)[0])
    asked = RequestBranch.objects.bothered().filter(branch__in=branches, sent_at__gte=first)
    return asked.order_by().values("request").distinct().count()


def officer_accounts(branches: Sequence[int], day: datetime.date) -> tuple[int, ...]:
    """Accounts of whoever answers for one of these branches on the day: by post or by grant. One query."""
    posts = PostTenure.objects.on(day).filter(organization__in=branches, post__in=sorted(POST_ROLES))
    grants = RoleGrant.objects.valid_on(day).filter(
        organization__in=branches, role__in=roles_with(Permission.EDIT_ROSTER)
    )
    people = Q(member__standing=Member.Standing.NORMAL, member__in=posts.values("member"))
    found = User.objects.active().filter(people | Q(pk__in=grants.values("user")))
    return tuple(found.order_by("pk").values_list("pk", flat=True))


# --- The committee's side ---


def visible_requests(user) -> QuerySet[WorkRequest]:
    """What the user may read, with its counts, each counted for its own row only."""
    targets = RequestBranch.objects.filter(request=OuterRef("pk")).order_by().values("request")

    def count(condition: Q):
        return Coalesce(Subquery(targets.annotate(number=Count("pk", filter=condition)).values("number")), 0)

    fields = RequestField.objects.filter(request=OuterRef("pk")).order_by().values("request")
    return (
        WorkRequest.objects.visible_to(user)
        .select_related("organization", "sent_by", "drafted_by")
        .annotate(
            target_count=count(Q()),
            done_count=count(Q(state__in=[ANSWERED, KNOWN])),
            field_count=Coalesce(Subquery(fields.annotate(number=Count("pk")).values("number")), 0),
        )
    )


def standing_of(request: WorkRequest) -> dict[str, int]:
    """State → number of branches, and `seen`. One query."""
    states = (WAITING, ANSWERED, RETURNED, KNOWN)
    return RequestBranch.objects.filter(request=request).aggregate(
        total=Count("pk"),
        seen=Count("pk", filter=Q(seen_at__isnull=False)),
        **{state: Count("pk", filter=Q(state=state)) for state in states},
    )


def target_rows(request: WorkRequest) -> tuple[RequestBranchQuerySet, tuple[str, ...]]:
    """(the branches of a request, the missing ones first; the order for `keyset_page`)."""
    rank = Case(
        When(state=WAITING, then=Value(0)),
        When(state=RETURNED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = RequestBranch.objects.filter(request=request).annotate(
        rank=rank, list_key=F("branch__sort_number")
    )
    return rows.select_related("request", "branch", "answered_by", "seen_by"), ("rank", "list_key", "pk")


def attach_answers(targets: Sequence[RequestBranch]) -> None:
    """Give each target `by_field`: field id → its answer, and `file_of`: field id → its file. Two queries."""
    ids = [target.pk for target in targets]
    answers: dict[int, dict[int, RequestAnswer]] = {pk: {} for pk in ids}
    files: dict[int, dict[int, RequestFile]] = {pk: {} for pk in ids}
    rows = RequestAnswer.objects.filter(target__in=ids).select_related("earlier__target__request")
    for answer in rows:
        answers[answer.target_id][answer.field_id] = answer
    for file in RequestFile.objects.kept().filter(target__in=ids):
        files[file.target_id][file.field_id] = file
    for target in targets:
        target.by_field, target.file_of = answers[target.pk], files[target.pk]  # type: ignore[attr-defined]


# --- The branch's side ---


def may_answer(user) -> bool:
    """Whether the user answers for any branch; without a query."""
    return any(
        permission in reach.permissions and reach.organization.kind == PartyOrganization.Kind.BRANCH
        for reach in user.access.reaches
        for permission in ANSWERERS
    )


def received(user) -> RequestBranchQuerySet:
    """What was asked of the user's branches, for `keyset_page` by ("-sent_at", "-pk")."""
    return RequestBranch.objects.received_by(user).select_related(
        "request__organization", "branch", "answered_by", "seen_by", "returned_by"
    )


def owed_targets(branches, *, due_since: datetime.date) -> RequestBranchQuerySet:
    """What these branches have not answered, the nearest deadline first. One query."""
    return (
        RequestBranch.objects.waiting()
        .filter(branch__in=branches, request__deadline__gte=local_datetime(due_since))
        .select_related("request__organization", "branch")
        .order_by("request__deadline", "pk")
    )

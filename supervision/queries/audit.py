"""Reading the audit: what somebody did (an act is one request or one job), what was changed of a kind, one thing's time line.

Rows start from indexes: acts from the contexts by time, events of a kind from their own key, which grows with time.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection, models
from django.db.models import Q
from pghistory.models import Context

from branch_portal.dates import local_datetime
from branch_portal.paging import Page, keyset_page
from branch_portal.permissions import Permission
from members.models import User
from supervision.queries.audit_fields import Names, Told, actor_names, tell
from supervision.queries.audit_models import (
    Tracked,
    by_model,
    parts_of,
    tracked_models,
)

SYSTEM = "系统"
#: So many events of one kind are told in one act, and so many in a time line; the rest is counted.
TOLD_PER_KIND = 60
TIME_LINE = 200
#: Words of a reason are looked for among so many acts at a time.
SEARCHED = 300


@dataclass
class Act:
    """What one request or job changed."""

    at: datetime.datetime
    who: str
    reason: str = ""
    ip: str = ""
    told: list[Told] = field(default_factory=list)
    #: Changes of rows that the reader may not see, or that are too many to tell.
    others: int = 0
    #: Whether the reader is told how many: what was done for another committee is not even counted for this one.
    counted: bool = True

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """What was changed, in words: (修改活动记录, 1), (新增点名, 30)."""
        counts: dict[str, int] = defaultdict(int)
        for one in self.told:
            counts[f"{one.action}{one.tracked.words}"] += 1
        return list(counts.items())


def of_period(rows, name: str, first: datetime.date | None, last: datetime.date | None):
    """Rows whose instant `name` lies between two days of Shanghai, both included; None leaves an end open."""
    if first:
        rows = rows.filter(**{f"{name}__gte": local_datetime(first)})
    if last:
        rows = rows.filter(**{f"{name}__lt": local_datetime(last + datetime.timedelta(days=1))})
    return rows


def accounts_within(user) -> models.QuerySet:
    """The accounts whose acts the user may read: those of the people and offices of the own subtree; the auditor, all."""
    accounts = User.objects.unscoped("narrowed by VIEW_AUDIT or VIEW_HISTORY below")
    if user.may(Permission.VIEW_AUDIT):
        return accounts
    scope = user.access.scope(Permission.VIEW_HISTORY)
    if scope.empty:
        return accounts.none()
    return accounts.filter(scope.q("member__branch") | scope.q("grants__organization")).distinct()


def acts_page(
    *,
    user,
    cursor: str | None,
    who: str = "",
    reason: str = "",
    first: datetime.date | None = None,
    last: datetime.date | None = None,
) -> tuple[Page, list[Act]]:
    """One page of acts, newest first: by whom, and when, and with which words in the reason.

    A filter finds only by what the list shows, or it would answer questions about what it hides. So the words of a reason are
    looked for in `SEARCHED` acts of the unfiltered list at a time: where a page ends says nothing of hidden reasons.
    """
    accounts = accounts_within(user)
    if who:
        accounts = _told_by_name(user, accounts).filter(
            Q(display_name__icontains=who) | Q(username__icontains=who)
        )
    actors = accounts.annotate(key=models.functions.Cast("pk", models.TextField())).values("key")
    rows = of_period(Context.objects.all(), "created_at", first, last)
    if who or not user.may(Permission.VIEW_AUDIT):
        rows = rows.annotate(actor=models.fields.json.KeyTextTransform("user", "metadata"))
        rows = rows.filter(actor__in=actors)
    size = SEARCHED if reason else 30
    page = keyset_page(rows, cursor=cursor, fields=("-created_at", "-pk"), size=size)
    if not reason:
        return page, acts_of(user=user, contexts=page.rows)
    wanted = reason.casefold()
    likely = [row for row in page.rows if wanted in str(row.metadata.get("reason", "")).casefold()]
    found = [act for act in acts_of(user=user, contexts=likely) if wanted in act.reason.casefold()]
    return replace(page, total=len(found)), found


def _told_by_name(user, accounts: models.QuerySet) -> models.QuerySet:
    """Those whose name the list says (`audit_fields.actor_names`); the others are found by no name."""
    return accounts.filter(
        Q(member__isnull=True) | user.access.scope(Permission.VIEW_HISTORY).q("member__branch")
    )


def acts_of(*, user, contexts: Sequence[Context]) -> list[Act]:
    """These acts with what they changed; as many queries for thirty as for one with the same kinds of rows."""
    by_kind = _events_of([context.pk for context in contexts])
    people = actor_names(user, {context.metadata.get("user") for context in contexts} - {None})
    acts = {context.pk: _act(context, people, user) for context in contexts}
    names = Names(user)
    labels = {one.label: one for one in tracked_models()}
    for label, found in by_kind.items():
        tracked = labels[label]
        readable = tracked.events(user).filter(pgh_id__in=[key for _, key in found])
        told = tell(user=user, tracked=tracked, events=list(readable.order_by("pgh_id")), names=names)
        for one in told:
            acts[one.context_id].told.append(one)
        readable_ids = {one.event_id for one in told}
        for context_id, key in found:
            acts[context_id].others += key not in readable_ids
    for act in acts.values():
        # Reasons are free words about the matter, and whoever acts here may act for another committee as well.
        act.reason = act.reason if act.told else ""
        act.counted = user.may(Permission.VIEW_AUDIT)
    return [acts[context.pk] for context in contexts]


def _act(context: Context, people: dict[int, str], user) -> Act:
    said = context.metadata
    return Act(
        at=context.created_at,
        who=people.get(said.get("user"), SYSTEM),
        reason=str(said.get("reason", "")),
        ip=str(said.get("ip", "")) if user.may(Permission.VIEW_AUDIT) else "",
    )


def _events_of(contexts: Sequence[Any]) -> dict[str, list[tuple[Any, int]]]:
    """Model label → (context, event id) of everything these contexts changed. One query over all event tables."""
    if not contexts:
        return {}
    quote = connection.ops.quote_name
    statement = " UNION ALL ".join(
        f"(SELECT '{one.label}', pgh_context_id, pgh_id FROM {quote(one.event._meta.db_table)}"
        f" WHERE pgh_context_id = ANY(%(contexts)s) ORDER BY pgh_id LIMIT {TOLD_PER_KIND * 20})"
        for one in tracked_models()
    )
    found: dict[str, list[tuple[Any, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"contexts": list(contexts)})
        for label, context, key in cursor.fetchall():
            found[label].append((context, key))
    return found


def changes_page(
    *,
    user,
    tracked: Tracked,
    cursor: str | None,
    root=None,
    label: str = "",
    first: datetime.date | None = None,
    last: datetime.date | None = None,
) -> tuple[Page, list[tuple[Told, Act]]]:
    """One page of the events of one kind, newest first, whoever made them; below `root` where one is chosen."""
    rows = of_period(tracked.events(user), "pgh_created_at", first, last)
    if label:
        rows = rows.filter(pgh_label=label)
    lookups = getattr(tracked.model._default_manager.all(), "organization_lookups", ())
    if root is not None and lookups:
        below = Q(pk__in=[])
        for lookup in lookups:
            below |= Q(**{f"{lookup}__path__startswith" if lookup else "path__startswith": root.path})
        rows = rows.filter(below)
    page = keyset_page(rows, cursor=cursor, fields=("-pgh_id",), size=30)
    told = tell(user=user, tracked=tracked, events=page.rows, names=Names(user))
    return page, list(zip(told, _acts_behind(user, told), strict=True))


def _acts_behind(user, told: Sequence[Told]) -> list[Act]:
    contexts = Context.objects.in_bulk({one.context_id for one in told} - {None})
    people = actor_names(user, {c.metadata.get("user") for c in contexts.values()} - {None})
    return [
        _act(contexts[one.context_id], people, user)
        if one.context_id in contexts
        else Act(at=one.at, who=SYSTEM)
        for one in told
    ]


def time_line(*, user, row: models.Model) -> tuple[list[Act], bool]:
    """Everything that happened to one thing and its parts, newest first, by act; whether older ones were left out.

    The row itself was found by its page's own door; its parts are read through theirs.
    """
    own = by_model(type(row))
    if own is None:
        return [], False
    names = Names(user)
    told = _newest(user, own, Q(pgh_obj=row.pk), names)
    for part, condition in parts_of(row):
        told += _newest(user, part, condition, names)
    told.sort(key=lambda one: (one.at, str(one.context_id), one.tracked.words, one.event_id), reverse=True)
    cut = told[:TIME_LINE]
    acts: list[Act] = []
    last: Any = object()
    for one, act in zip(cut, _acts_behind(user, cut), strict=True):
        if one.context_id is None or one.context_id != last:
            acts.append(act)
        acts[-1].told.append(one)
        last = one.context_id
    return acts, len(told) > TIME_LINE


def _newest(user, tracked: Tracked, condition: Q, names: Names) -> list[Told]:
    rows: Iterable[models.Model] = tracked.events(user).filter(condition).order_by("-pgh_id")[: TIME_LINE + 1]
    return tell(user=user, tracked=tracked, events=list(rows), names=names)

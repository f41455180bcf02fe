"""An event told in words: which fields changed from what to what. Sealed items, keys and checksums are never shown."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from branch_portal.crypto import BlindIndexField, EncryptedTextField
from branch_portal.dates import format_date_cn, to_local
from branch_portal.permissions import Permission
from members.models import User
from supervision.queries.audit_models import Tracked, by_model

LABELS = {"insert": "新增", "update": "修改", "delete": "删除"}
EMPTY, SEALED, OUTSIDE = "（空）", "（加密内容，不显示）", "（不在您的查看范围内）"
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass
class Told:
    """One event: of which row, what happened, and the fields that changed."""

    tracked: Tracked
    event_id: int
    object_id: int
    label: str
    at: Any
    context_id: Any
    name: str = ""
    changes: list[FieldChange] = field(default_factory=list)
    uid: Any = None

    @property
    def action(self) -> str:
        return LABELS.get(self.label, self.label)


def shown_fields(model: type[models.Model]) -> list[models.Field]:
    """What people would know as the row's content: fields with a name of their own in Chinese."""
    return [
        found
        for found in model._meta.concrete_fields
        if not found.primary_key
        and not isinstance(found, BlindIndexField | models.UUIDField)
        and any("一" <= sign <= "鿿" for sign in str(found.verbose_name))
    ]


class Names:
    """Names of the rows that foreign keys point to: one query a model, and only of what the user may see."""

    def __init__(self, user):
        self.user = user
        self._wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        self._found: dict[type[models.Model], dict[int, str]] = defaultdict(dict)

    def want(self, model: Any, key: int | None) -> None:
        if key is not None and key not in self._found[model]:
            self._wanted[model].add(key)

    def of(self, model: Any, key: int | None) -> str:
        if key is None:
            return EMPTY
        if wanted := self._wanted.pop(model, None):
            self._found[model] |= dict.fromkeys(wanted, OUTSIDE) | self._look_up(model, wanted)
        return self._found[model].get(key, OUTSIDE)

    def _look_up(self, model: type[models.Model], wanted: set[int]) -> dict[int, str]:
        if model is User:
            return actor_names(self.user, wanted)
        tracked = by_model(model)
        manager = model._default_manager
        rows = manager.visible_to(self.user) if hasattr(manager, "visible_to") else manager.all()
        name = tracked.name_field if tracked else ""
        if not name:
            return dict.fromkeys(wanted, str(model._meta.verbose_name))
        return dict(rows.filter(pk__in=wanted).values_list("pk", name))


def actor_names(user, keys: Iterable[int]) -> dict[int, str]:
    """Who did it, by account id. People of other organisations stay unnamed; staff and administrators answer by name."""
    reach = user.access.scope(Permission.VIEW_HISTORY)
    accounts = User.objects.unscoped("whoever reads a change reads who made it").filter(pk__in=list(keys))
    return {
        account.pk: account.display_name
        if account.member is None or (account.member.branch and reach.covers(account.member.branch))
        else "其他党组织的人员"
        for account in accounts.select_related("member__branch")
    }


def tell(*, user, tracked: Tracked, events: Sequence[Any], names: Names) -> list[Told]:
    """The events of one model in words, each against the one before it. Two queries besides the names."""
    before = _earlier(tracked, events)
    kept = {each.name for each in tracked.event._meta.concrete_fields}  # whole files stay out of some events
    fields = [found for found in shown_fields(tracked.model) if found.name in kept]
    for event in [*events, *(older for older in before.values() if older is not None)]:
        for found in fields:
            if found.is_relation:
                names.want(found.related_model, getattr(event, found.attname))
    told = []
    for event in events:
        older = before[event.pgh_id]
        told.append(
            Told(
                tracked,
                event.pgh_id,
                event.pgh_obj_id,
                event.pgh_label,
                event.pgh_created_at,
                event.pgh_context_id,
                name=str(getattr(event, tracked.name_field, "") or "")[:60] if tracked.name_field else "",
                changes=[
                    change for found in fields if (change := _change(found, older, event, names)) is not None
                ],
                uid=getattr(event, "uid", None),
            )
        )
    return told


def _earlier(tracked: Tracked, events: Sequence[Any]) -> dict[int, Any]:
    """Event id → the event of the same row before it."""
    objects = {event.pgh_obj_id for event in events}
    newest = max((event.pgh_id for event in events), default=0)
    chain: dict[int, list[Any]] = defaultdict(list)
    for event in tracked.event.objects.filter(pgh_obj__in=objects, pgh_id__lte=newest).order_by("pgh_id"):
        chain[event.pgh_obj_id].append(event)
    found: dict[int, Any] = {}
    for rows in chain.values():
        for place, event in enumerate(rows):
            found[event.pgh_id] = rows[place - 1] if place else None
    return found


def _change(found: models.Field, older, event, names: Names) -> FieldChange | None:
    """One field of one event; None where nothing is to be said of it."""
    now = getattr(event, found.attname)
    label = str(found.verbose_name)
    if event.pgh_label == "delete" or (older is None and event.pgh_label == "update"):
        return None  # gone, or from before there was an audit: nothing to compare with
    if older is None:
        return None if now in (None, "", [], {}, False) else FieldChange(label, "", _say(found, now, names))
    then = getattr(older, found.attname)
    if then == now:
        return None
    if isinstance(found, EncryptedTextField):
        return FieldChange(label, SEALED, SEALED)
    return FieldChange(label, _say(found, then, names), _say(found, now, names))


def _say(found: models.Field, value: Any, names: Names) -> str:
    if isinstance(found, models.BinaryField):
        return SEALED
    if found.is_relation:
        return names.of(found.related_model, value)
    if value in (None, ""):
        return EMPTY
    if found.choices:
        return str(dict(found.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(found, models.DateTimeField):
        return f"{to_local(value):%Y-%m-%d %H:%M}"
    if isinstance(found, models.DateField):
        return format_date_cn(value)
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"

"""The event tables that triggers write, one beside each tracked model: which there are, which of their rows somebody may read,
and what belongs to the time line of one thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from pghistory.models import Event

from activities.models import ActivityRecord
from branch_portal.permissions import Permission
from branch_portal.scoping import ScopedQuerySet
from members.models import PartyOrganization, RoleGrant, User

#: What one row of a tracked model is called, where the model has such a field: the first that it has.
_NAMES = ("title", "theme", "name", "display_name", "subject_name", "file_name", "label", "text", "username")
_GROUPS = {
    "members": "党员和党组织",
    "notices": "通知和提醒",
    "learning": "学习",
    "activities": "组织生活",
    "supervision": "督查和要求",
}
ACCOUNTS, RULES = "账号和授权", "规则和代码"
#: What is read of somebody's own: receipts and settings that a superior has no business with.
PRIVATE = frozenset({"notices.MessagePreference", "learning.QuizAttempt"})
#: Rows without an organisation that are nobody's: they configure the portal for all.
_FOR_ALL = frozenset(
    {
        "members.DictionaryEntry",
        "members.PostDefinition",
        "notices.ReminderRule",
        "learning.StudyRule",
        "learning.StudyRequirement",
        "learning.ExternalRule",
        "activities.CadenceRule",
        "activities.VotingRule",
        "activities.HolidayTable",
    }
)


@dataclass(frozen=True)
class Tracked:
    """One tracked model and its events; which one is known at run time only."""

    model: Any
    event: Any

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def key(self) -> str:
        """Its name in an address."""
        return self.model._meta.label_lower.replace(".", "-")

    @property
    def words(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def group(self) -> str:
        if self.label in _FOR_ALL:
            return RULES
        return ACCOUNTS if self.model in (User, RoleGrant) else _GROUPS[self.model._meta.app_label]

    @property
    def scoped(self) -> bool:
        return isinstance(self.model._default_manager.all(), ScopedQuerySet)

    @property
    def name_field(self) -> str:
        held = {field.name for field in self.model._meta.concrete_fields}
        return next((name for name in _NAMES if name in held), "")

    def visible(self, user) -> "models.QuerySet | None":
        """The rows whose history the user may read; None for nobody's business. The audit opens nothing that its page
        would keep shut: both the model's own `visible_to` and the reach of VIEW_HISTORY have to say yes."""
        if self.label in _FOR_ALL:
            reads = user.may(Permission.VIEW_RULES) or user.may(Permission.VIEW_AUDIT)
            return self.model._default_manager.all() if reads else None
        if not self.scoped or self.label in PRIVATE:
            return None
        if self.model in (User, RoleGrant) and user.may(Permission.VIEW_AUDIT):
            return self.model.objects.permitted(user, Permission.VIEW_AUDIT)
        lookups = self.model._default_manager.all().organization_lookups
        if not lookups or user.access.scope(Permission.VIEW_HISTORY).empty:
            return None
        return self.model.objects.visible_to(user).permitted(user, Permission.VIEW_HISTORY)

    def deleted(self, user) -> Q:
        """Events of rows that are gone, by where they stood: only where no rule finer than the tree guards the model, and for whom
        that tree's permission reaches, as for the rows that are there."""
        rows = self.model._default_manager.all()
        if not self.scoped or type(rows).visible_to is not ScopedQuerySet.visible_to:
            return Q(pk__in=[])
        scope = user.access.scope(Permission.VIEW_HISTORY)
        scope = scope if not scope.everything else type(scope)()
        shown = user.access.scope(rows.view_permission)
        condition = Q(pk__in=[])
        for lookup in rows.organization_lookups:
            condition |= scope.q(lookup) & shown.q(lookup)
        return Q(pgh_label="delete") & condition

    def events(self, user) -> models.QuerySet:
        """The events that the user may read; each row is asked by itself where something else picks a few events."""
        rows = self.visible(user)
        if rows is None:
            return self.event.objects.none()
        readable = Exists(rows.order_by().filter(pk=OuterRef("pgh_obj_id")))
        return self.event.objects.filter(Q(readable) | self.deleted(user))


@lru_cache
def tracked_models() -> tuple[Tracked, ...]:
    """All of them, by group and name."""
    found = [
        Tracked(event.pgh_tracked_model, event)
        for event in apps.get_models()
        if issubclass(event, Event) and event is not Event
    ]
    return tuple(sorted(found, key=lambda one: (one.group, one.words, one.label)))


@lru_cache
def by_key() -> dict[str, Tracked]:
    return {one.key: one for one in tracked_models()}


def by_model(model: type[models.Model]) -> Tracked | None:
    return by_key().get(model._meta.label_lower.replace(".", "-"))


#: Rows that belong to the time line of an organisation; everything else that points to one has a time line of its own.
_OF_ORGANIZATION = {
    "members.CommitteeTerm": "organization",
    "members.PostTenure": "organization",
    "members.RoleGrant": "organization",
}
#: Who did something is no part of them: these point to an account.
_HANDS = ("_by",)


def parts_of(row: models.Model) -> Iterable[tuple[Tracked, Q]]:
    """The models whose rows belong to the time line of `row`, with the condition on their events.

    That is what points to it from its own app; for a record also the roll of its share of the gathering.
    """
    for other in tracked_models():
        if isinstance(row, PartyOrganization):
            lookup = _OF_ORGANIZATION.get(other.label)
            if lookup:
                yield other, Q(**{lookup: row.pk})
            continue
        for field in other.model._meta.concrete_fields:
            points_here = field.is_relation and field.related_model is type(row)
            same_app = other.model._meta.app_label == row._meta.app_label
            if points_here and same_app and not field.name.endswith(_HANDS):
                yield other, Q(**{field.attname: row.pk})
        if isinstance(row, ActivityRecord) and other.label in (
            "activities.RollEntry", "activities.LeaveRequest", "activities.MakeUp",
        ):  # fmt: skip
            yield other, Q(share_id=row.share_id)

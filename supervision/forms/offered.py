"""Choosing an organisation on the committee's pages: the whole part of the tree while it is small, its upper levels beyond."""

import uuid

from django import forms
from django.db.models import Q
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from branch_portal.permissions import Permission
from members.models import PartyOrganization

#: Branches are offered by name up to so many organisations; beyond, by way of the committee above them. Ten thousand choices
#: would weigh a megabyte.
OFFERED = 300
_OF_TREE = ("uid", "path", "depth", "kind", "name", "short_name", "founded_on")
_SELECTED = SafeString(" selected")


class PlainSelect(forms.Select):
    """A select whose options are written in one go: Django renders a template for each, and a city has five hundred."""

    def render(self, name, value, attrs=None, renderer=None):
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, _SELECTED if str(key) == str(value or "") else "", label) for key, label in self.choices),
        )
        given = self.build_attrs(self.attrs, attrs) | {"name": name}
        return format_html("<select{}>{}</select>", flatatt(given), options)


class Offered(dict[str, PartyOrganization]):
    """uid → organisation, parents before children. One that a link asks for is offered too, where the asker may choose it."""

    def __init__(self, tree, asked: str = ""):
        self.tree = tree.exclude(kind=PartyOrganization.Kind.CELL).only(*_OF_TREE).order_by("path")
        found = list(self.tree[: OFFERED + 1])
        #: Whether there are branches that are not offered.
        self.shortened = len(found) > OFFERED
        if self.shortened:
            found = list(self.tree.above_branches())
        super().__init__({str(one.uid): one for one in found})
        if asked and asked not in self and (one := self._by_uid(asked)) is not None:
            self[asked] = one

    @classmethod
    def supervised(cls, user, asked: str = "") -> "Offered":
        return cls(PartyOrganization.objects.permitted(user, Permission.VIEW_SUPERVISION), asked)

    @property
    def first(self) -> PartyOrganization | None:
        return next(iter(self.values()), None)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Indented by depth."""
        top = min((one.depth for one in self.values()), default=1)
        return [(uid, "　" * (one.depth - top) + one.name) for uid, one in self.items()]

    def named(self, root: PartyOrganization, name: str, most: int = 6) -> list[PartyOrganization]:
        """Branches below an organisation that are called so, or whose names hold the words."""
        below = self.tree.branches().filter(path__startswith=root.path, abolished_on__isnull=True)
        exact = list(below.filter(Q(name=name) | Q(short_name=name))[:most])
        return exact or list(below.filter(Q(name__icontains=name) | Q(short_name__icontains=name))[:most])

    def _by_uid(self, asked: str) -> PartyOrganization | None:
        try:
            return self.tree.filter(uid=uuid.UUID(asked)).first()
        except ValueError:
            return None

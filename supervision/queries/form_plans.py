"""From bindings to plans: who may read what is bound, the values of all organisations at once, each in its place."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from branch_portal.blank_forms import value_of
from branch_portal.permissions import Permission
from members.models import PartyOrganization
from supervision.models import FormBinding
from supervision.queries.fill.general import FIXED_WORDS
from supervision.queries.fill_sources import (
    MOST_ROWS,
    TABLE,
    Asked,
    FillSource,
    Unit,
    permissions_for,
    source_of,
)
from supervision.rules.form_places import letters, split_place


class FormRefused(Exception):
    """The form cannot be filled in as it is bound; the message is Chinese and says what to do."""


@dataclass(frozen=True)
class Filling:
    """One form to be: whose, what goes where, how many rows of people it names."""

    unit: Unit
    plan: dict[str, Any]
    people: int


def names_people(bindings: Iterable[FormBinding]) -> bool:
    """Whether a list of people is bound: the filled form is a list of people taken out."""
    found = (source_of(binding.source) for binding in bindings)
    return any(source is not None and source.people for source in found)


def unit_of(user, organization: PartyOrganization) -> Unit:
    """The organisation with the branches of its subtree that are there and the user's. One query."""
    branches = (
        PartyOrganization.objects.permitted(user, Permission.FILL_FORMS)
        .branches()
        .filter(path__startswith=organization.path, abolished_on__isnull=True)
    )
    return Unit(organization, tuple(branches.in_official_order()))


def fillings_for(asked: Asked, bindings: Sequence[FormBinding]) -> list[Filling]:
    """One for each unit, in their order. The number of queries depends on the sources, not on the units."""
    bound = [(binding, _known(binding)) for binding in bindings]
    _check_rights(asked, bindings)
    plans: dict[int, dict] = {
        unit.organization.pk: {"cells": [], "blocks": [], "marks": {}} for unit in asked.units
    }
    for binding, source in bound:
        if source.kind != TABLE:
            _put_value(plans, binding, _values(asked, binding, source))
    people: dict[int, int] = defaultdict(int)
    for (sheet, row), group in _rows(bound).items():
        _put_block(asked, plans, people, sheet, row, group)
    return [Filling(unit, plans[unit.organization.pk], people[unit.organization.pk]) for unit in asked.units]


def _known(binding: FormBinding) -> FillSource:
    source = source_of(binding.source)
    if source is None or (binding.column and binding.column not in source.columns):
        raise FormRefused(f"{binding.place} 绑定的数据已停用，请在绑定页重新选择。")
    return source


def _check_rights(asked: Asked, bindings: Iterable[FormBinding]) -> None:
    needed = {
        permission for binding in bindings for permission in permissions_for(binding.source, binding.column)
    } | {Permission.FILL_FORMS}
    for unit in asked.units:
        if not all(asked.user.access.may(permission, unit.organization) for permission in needed):
            raise FormRefused("表格绑定的部分数据不在您可以查看的范围内，请换一个党组织，或去掉这些绑定。")


def _during(asked: Asked, binding: FormBinding) -> Asked:
    if binding.span == FormBinding.Span.TO_DATE:
        return asked.during(asked.period.to_date())
    if binding.span == FormBinding.Span.YEAR_BEFORE:
        return asked.during(asked.period.year_before())
    return asked


def _values(asked: Asked, binding: FormBinding, source: FillSource) -> dict[int, Any]:
    if source.key == FIXED_WORDS:
        return {unit.organization.pk: binding.words for unit in asked.units}
    return source.fetch(_during(asked, binding))


def _put_value(plans: dict[int, dict], binding: FormBinding, values: dict[int, Any]) -> None:
    for pk, plan in plans.items():
        value = value_of(values.get(pk))
        if split_place(binding.place) is None:
            plan["marks"][binding.place] = value
        else:
            plan["cells"].append(
                {"sheet": binding.sheet, "place": binding.place, "value": value, "keep": binding.keep}
            )


def _rows(bound) -> dict[tuple[str, int], list[tuple[FormBinding, FillSource]]]:
    """Sheet and row → the cells of it that are bound to a table."""
    found: dict[tuple[str, int], list] = defaultdict(list)
    for binding, source in bound:
        cell = split_place(binding.place)
        if source.kind == TABLE and cell is not None:
            found[binding.sheet, cell[0]].append((binding, source))
    return found


def _put_block(asked: Asked, plans: dict[int, dict], people: dict[int, int], sheet, row, group) -> None:
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for binding, source in group:
        wanted[source.key, binding.span].add(binding.column)
    tables = {}
    for binding, source in group:
        key = (source.key, binding.span)
        if key not in tables:
            tables[key] = source.fetch(_during(asked, binding).for_columns(wanted[key]))
            for pk in plans:
                people[pk] += len(tables[key].get(pk, ())) if source.people else 0
    for pk, plan in plans.items():
        block = {"sheet": sheet, "row": row, "spare": max(b.spare for b, _ in group), "columns": []}
        for binding, source in group:
            rows = tables[source.key, binding.span].get(pk, [])
            if len(rows) > MOST_ROWS:
                raise FormRefused(f"“{source.label}”超过 {MOST_ROWS} 行，请换一个范围小一些的党组织。")
            _, column = split_place(binding.place) or (0, 0)
            block["columns"].append(
                {"column": letters(column), "values": [value_of(each[binding.column]) for each in rows]}
            )
        plan["blocks"].append(block)

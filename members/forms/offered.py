"""What a choice of organisations offers where there are very many: ten thousand lines help nobody and weigh a megabyte."""

from collections.abc import Iterable

from django import forms
from django.db.models import Q

from members.models import PartyOrganization

#: So many are offered at once; beyond that one goes down level by level.
MOST = 200


def given(field: forms.ModelChoiceField, value: str | None) -> PartyOrganization | None:
    """What was chosen; None where it is nothing, or out of reach."""
    try:
        return field.clean(value)
    except forms.ValidationError:
        return None


def offer(
    field: forms.ModelChoiceField, chosen: PartyOrganization | None, *, first: Iterable[tuple[str, str]] = ()
) -> None:
    """Offer the organisations of the field's queryset, in the order of the tree, `first` before them.

    Beyond `MOST` these are the upper two levels, what lies above the chosen one, and what lies directly under it, or beside it where
    it is a branch; whatever the queryset holds is still understood. One query for few, two for many.
    """
    assert field.queryset is not None
    reach = field.queryset.order_by("path")
    found = list(reach[: MOST + 1])
    if len(found) > MOST:
        near = Q(depth__lte=found[0].depth + 1)
        if chosen is not None:
            step = PartyOrganization.steplen
            above = [chosen.path[:end] for end in range(step, len(chosen.path) + 1, step)]
            opened, depth = (
                (chosen.path[:-step], chosen.depth) if chosen.is_branch else (chosen.path, chosen.depth + 1)
            )
            near |= Q(path__in=above) | Q(path__startswith=opened, depth=depth)
        found = list(reach.filter(near))
        field.label = f"{field.label}（逐级选择）"  # filters show no more than the label
    field.choices = [*first, *((str(each.uid), str(each)) for each in found)]

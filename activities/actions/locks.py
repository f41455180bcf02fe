"""One writer a branch at a time: numbers in series, the yearly summary and a gathering's state depend on all of it."""

from collections.abc import Iterable

from activities.models import Gathering
from members.models import PartyOrganization


def lock_branches(ids: Iterable[int]) -> None:
    """Hold the branches' rows until the transaction ends, in one order so that two writers never wait for each other."""
    rows = PartyOrganization.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def lock_gathering(pk: int) -> None:
    """Hold a gathering's row, which several branches may write at once; always after the branches' locks, never before."""
    Gathering.objects.select_for_update(no_key=True).filter(pk=pk).values_list("pk", flat=True).first()

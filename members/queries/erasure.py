"""Who asked for deletion or for a stop, and of whom processing has stopped."""

from collections.abc import Iterable

from django.db.models import Q

from members.models import ErasureRequest, Member

#: What is shown instead of a sealed item whose processing has stopped.
STOPPED = "已停止处理"


def open_erasures(branches):
    """Open requests of members of these branches, and of people who left them."""
    of_branches = Q(member__branch__in=branches) | Q(
        member__branch__isnull=True, member__left_branch__in=branches
    )
    asked = ErasureRequest.objects.open().filter(of_branches)
    places = [
        f"member__{place}__{name}" for place in ("branch", "left_branch") for name in ("name", "short_name")
    ]
    asked = asked.select_related("member__branch", "member__left_branch").only("uid", "due_on", *places)
    return asked.order_by("due_on", "pk")


def asked_of(user):
    """Open requests that the user sees beside the corrections: those that the user decides."""
    members = [f"member__{name}" for name in Member.SEALED_FIELDS]
    rows = ErasureRequest.objects.editable_by(user)
    return rows.open().select_related("member").defer(*members).order_by("due_on", "pk")


def is_stopped(member: Member) -> bool:
    return ErasureRequest.objects.stopping().filter(member=member).exists()


def stopped_among(ids: Iterable[int]) -> set[int]:
    """Of these members, those whose sealed items are stored and not processed. One query."""
    return set(
        ErasureRequest.objects.stopping().filter(member__in=list(ids)).values_list("member_id", flat=True)
    )

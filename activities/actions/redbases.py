"""红色教育基地: entering and mending the directory, and naming a base for a gathering."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F

from activities.models import Gathering, GatheringBranch, RedBase
from members.models import PartyOrganization


class RedBaseRefused(Exception):
    """It cannot be done; the message is Chinese and says why."""


@dataclass(frozen=True, slots=True)
class BaseFacts:
    """What is known of a base."""

    name: str
    place: str
    contact: str = ""
    opening_hours: str = ""
    note: str = ""
    in_use: bool = True


@transaction.atomic
def add_base(*, by, organization: PartyOrganization, facts: BaseFacts) -> RedBase:
    """Enter a base into an organisation's directory."""
    base = RedBase(organization=organization)
    return _saved(base, facts)


@transaction.atomic
def change_base(*, by, base: RedBase, version: int, facts: BaseFacts) -> RedBase:
    """Mend what is known of a base; `version` is the one that the page showed."""
    current = RedBase.objects.select_for_update().get(pk=base.pk)
    if current.version != version:
        raise RedBaseRefused("打开页面以后，这条信息已被他人修改，请重新打开核对后再保存。")
    current.version += 1
    return _saved(current, facts)


@transaction.atomic
def choose_base(*, by, share: GatheringBranch, base: RedBase | None) -> None:
    """Say at which base a gathering is held; the host's business, as place and time are."""
    if share.branch_id != share.gathering.host_id:
        raise RedBaseRefused("活动地点由主办党支部确定。")
    Gathering.objects.filter(pk=share.gathering_id).update(red_base=base, version=F("version") + 1)


def _saved(base: RedBase, facts: BaseFacts) -> RedBase:
    for name in ("name", "place", "contact", "opening_hours", "note", "in_use"):
        setattr(base, name, getattr(facts, name))
    try:
        with transaction.atomic():
            base.save()
    except IntegrityError as error:
        raise RedBaseRefused(f"“{facts.name}”已经登记过，请在列表中修改。") from error
    return base

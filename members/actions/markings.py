"""A text or file was refused for its secrecy mark: written down without its content, and told to who keeps secrets here."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from branch_portal.dates import today_shanghai
from branch_portal.markings_found import Found
from branch_portal.permissions import Permission, roles_with
from branch_portal.registries import Message, send_message
from members.actions.security_events import record_event
from members.models import PartyOrganization, PostTenure, SecurityEvent, User
from members.queries.organizations import home_of, parent_of

_KEEPERS = (PostTenure.Post.SECRECY, PostTenure.Post.SECRETARY, PostTenure.Post.DEPUTY_SECRETARY)


@transaction.atomic
def record_markings(*, by: User, found: Iterable[Found]) -> None:
    """One row each (who, where, a hash, never the content), and one message a day to the keepers of the asker's branch."""
    found = tuple(found)
    if not found:
        return
    for item in found:
        record_event(
            SecurityEvent.Kind.MARKING, user=by, by=by, detail=f"{item.place}（SHA-256 {item.digest[:16]}）"
        )
    home, day = home_of(by), today_shanghai()
    keepers = keepers_of(home, day) if home else []
    if keepers:
        send_message(
            by=by,
            message=Message(
                rule_key="marking_refused",
                subject=f"members.marking:{by.pk}:{day:%Y%m%d}",
                organization=home,
                member_ids=(),
                account_ids=tuple(keepers),
                title="有内容因带密级标志未予保存，请核实",
                body=f"{by.display_name}提交的内容带有密级标志，系统没有保存，也没有留下内容。请按保密规定当面核实处理。",
            ),
        )


def keepers_of(home: PartyOrganization, day: datetime.date) -> list[int]:
    """Accounts of who holds the secrecy post or leads the branch, and of the staff of the committee right above it."""
    posts = PostTenure.objects.unscoped("who keeps secrets is told of every branch").filter(
        organization=home, post__in=_KEEPERS, period__contains=day
    )
    above = parent_of(home)
    staff = Q(
        grants__role__in=roles_with(Permission.VIEW_SUPERVISION),
        grants__organization__in=[home, above] if above else [home],
        grants__valid_from__lte=day,
    ) & (Q(grants__valid_to__isnull=True) | Q(grants__valid_to__gte=day))
    keepers = User.objects.filter(Q(member__in=posts.values("member")) | staff, is_active=True)
    return sorted(set(keepers.values_list("pk", flat=True)))

"""Whose personal data somebody saw in a time: the list that a breach notice needs (PIPL §57). One statement."""

import datetime

from django.db.models import CharField, DateField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from branch_portal.permissions import Permission
from members.models import Affiliation, Member, PartyOrganization, PersonalDataAccess


def people_seen_by(
    *,
    asker,
    since: datetime.datetime,
    until: datetime.datetime,
    who: str = "",
    action: str = "",
):
    """Members whose sealed items were opened or exported between two moments, by accounts named so or by anybody.

    Opened by name, or part of an export of a branch, or of an organisation above it, that the member belonged to on that
    day; an export that is recorded without a place may have held anybody. Only members whose roster the asker may see.
    Unordered; what is sealed stays in the database.
    """
    accesses = PersonalDataAccess.objects.unscoped("a breach list names members, in the asker's scope")
    accesses = accesses.filter(at__gte=since, at__lt=until)
    if who:
        accesses = accesses.filter(user_label__icontains=who)
    if action:
        accesses = accesses.filter(action=action)
    by_name = accesses.filter(member_uid=OuterRef("uid"))
    exported = accesses.filter(action="export", member_uid__isnull=True)
    place = PartyOrganization.objects.filter(pk=OuterRef("branch_id")).values("path")[:1]
    here = ExpressionWrapper(OuterRef("branch__path"), output_field=CharField())
    of_the_day = (
        exported.annotate(place=Coalesce(Subquery(place), Value("")), here=here)
        .filter(here__startswith=F("place"), at__date__gte=OuterRef("period__startswith"))
        .annotate(ended=ExpressionWrapper(OuterRef("period__endswith"), output_field=DateField()))
        .filter(Q(ended__isnull=True) | Q(at__date__lt=F("ended")))
    )
    belonged = Affiliation.objects.filter(Exists(of_the_day), member=OuterRef("pk"))
    return (
        Member.objects.permitted(asker, Permission.VIEW_ROSTER)
        .filter(Exists(by_name) | Exists(belonged))
        .without_personal_data()
        .select_related("branch", "left_branch")
    )

"""Entering and changing members: the plain parts that lists need are derived here, nowhere else."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from branch_portal.many_rows import insert_columns, insert_rows
from members.actions.errors import ActionRefused
from members.models import Affiliation, Member, MemberStatus, PartyOrganization, PostTenure, User
from members.rules.pinyin import name_initials, name_pinyin
from members.signals import members_moved

#: What a person enters; 所在党支部 and 党小组 come from the affiliation, version and pinyin are the portal's own.
ENTERED_FIELDS = (
    "name",
    "id_number",
    "gender",
    "ethnicity",
    "birth_date",
    "education",
    "category",
    "admitted_on",
    "confirmed_on",
    "standing_correction",
    "job_post",
    "employer",
    "mobile",
    "landline",
    "home_address",
    "is_leading_official",
    "degree",
    "new_stratum",
    "professional_title",
    "is_migrant_worker",
    "registered_address",
    "native_place",
    "admission_type",
    "admitted_branch",
    "extension_until",
    "applied_on",
    "work_started_on",
)
#: What a person enters beside the card's own columns: they become rows of `MemberStatus`, the columns only mirror them.
STATUS_FIELDS = ("lost_contact_on", "floating_since", "floating_destination")
_STALE = "这名党员的信息刚被他人修改，请核对最新内容后重新保存。"


#: Said without naming where: the other branch is none of the asker's business.
NUMBER_TAKEN = "该公民身份号码已在本系统登记，需上级核实。"


@contextmanager
def _numbers_stay_unique() -> Iterator[None]:
    """Two people entering one number at once: the database refuses the second, who reads it as words."""
    try:
        yield
    except IntegrityError as error:
        if "id_number_index" not in str(error):
            raise
        raise ActionRefused(NUMBER_TAKEN) from error


@dataclass(frozen=True, slots=True)
class NewMember:
    """One member to enter: `values` by ENTERED_FIELDS and STATUS_FIELDS, a place in a branch, how the member came (`gain`),
    and posts as (post, organisation, from, to)."""

    values: Mapping[str, Any]
    since: datetime.date
    cell: PartyOrganization | None = None
    gain: str = Affiliation.Gain.INITIAL
    tenures: Sequence[tuple[str, PartyOrganization, datetime.date, datetime.date | None]] = field(default=())


def _fill(member: Member, values: Mapping[str, Any]) -> None:
    unknown = set(values) - {*ENTERED_FIELDS, *STATUS_FIELDS}
    if unknown:
        raise TypeError(f"not entered by people: {sorted(unknown)}")
    for name, value in values.items():
        setattr(member, name, value)
    if "name" in values:
        # Each syllable may be longer than its character: the columns' widths bound the odd name.
        member.name_pinyin = name_pinyin(member.name)[:200]
        member.name_initials = name_initials(member.name)[:30]
    if "birth_date" in values:
        birth = values["birth_date"]
        member.birth_date = birth.isoformat() if isinstance(birth, datetime.date) else birth or ""
        member.birth_year = int(member.birth_date[:4]) if member.birth_date else None
    if "mobile" in values:
        member.mobile_tail = (values["mobile"] or "")[-4:]


@transaction.atomic
def create_member(
    *,
    by: User | None,
    branch: PartyOrganization,
    values: Mapping[str, Any],
    since: datetime.date,
    cell: PartyOrganization | None = None,
    gain: str = Affiliation.Gain.INITIAL,
) -> Member:
    """Enter one member with an affiliation from `since` on."""
    row = NewMember(values=values, since=since, cell=cell, gain=gain)
    member = create_members_bulk(by=by, branch=branch, rows=[row])[0]
    members_moved.send(sender=Affiliation, member_ids=[member.pk])
    return member


@transaction.atomic
def create_members_bulk(
    *, by: User | None, branch: PartyOrganization, rows: Sequence[NewMember]
) -> list[Member]:
    """Enter many members of one branch: one INSERT each for members, affiliations, statuses and tenures.

    The caller sends `members_moved`, once for all branches.
    """
    members = []
    for row in rows:
        member = Member(branch=branch, cell=row.cell)
        _fill(member, row.values)
        members.append(member)
    with _numbers_stay_unique():
        Member.objects.insert(members)
    using = Member.objects.db
    places = {
        "member_id": [member.pk for member in members],
        "branch_id": branch.pk,
        "cell_id": [row.cell.pk if row.cell else None for row in rows],
        "period": [DateRange(row.since, None) for row in rows],
        "gain": [row.gain for row in rows],
    }
    insert_columns(Affiliation, places, count=len(members), using=using)
    insert_rows([status for member in members for status in _statuses_of(member)], using=using)
    tenures = [
        PostTenure(member=member, organization=organization, post=post, period=DateRange(start, end))
        for member, row in zip(members, rows, strict=True)
        for post, organization, start, end in row.tenures
    ]
    insert_rows(tenures, using=using)
    return members


def _statuses_of(member: Member) -> Iterator[MemberStatus]:
    """The rows that the entered mirrors stand for."""
    if member.floating_since:
        yield MemberStatus(
            member=member,
            kind=MemberStatus.Kind.FLOATING,
            period=DateRange(member.floating_since, None),
            place=member.floating_destination,
        )
    if member.lost_contact_on:
        yield MemberStatus(
            member=member,
            kind=MemberStatus.Kind.OUT_OF_CONTACT,
            period=DateRange(member.lost_contact_on, None),
        )


@transaction.atomic
def update_member(*, by: User | None, member: Member, version: int, values: Mapping[str, Any]) -> Member:
    """Change what was entered; ActionRefused when somebody saved in between (`version` is the one that was read)."""
    locked = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if locked.version != version:
        raise ActionRefused(_STALE)
    if not set(STATUS_FIELDS).isdisjoint(values):
        raise TypeError(
            "statuses are changed by their own actions, which write the rows that the card mirrors"
        )
    _fill(locked, values)
    locked.version += 1
    with _numbers_stay_unique():
        locked.save()
    return locked


@transaction.atomic
def update_members_bulk(*, by: User | None, changes: Sequence[tuple[Member, Mapping[str, Any]]]) -> int:
    """Change many members with one statement per 1 000 rows.

    An upsert on the primary key, because `bulk_update` would pass sealed fields by without sealing them. The members must
    be fully loaded and locked by the caller. Returns how many were changed.
    """
    members = []
    for member, values in changes:
        _fill(member, values)
        member.version += 1
        members.append(member)
    if not members:
        return 0
    columns = [column.name for column in Member._meta.local_concrete_fields if not column.primary_key]
    with _numbers_stay_unique():
        Member.objects.bulk_create(
            members, batch_size=1000, update_conflicts=True, unique_fields=["id"], update_fields=columns
        )
    return len(members)

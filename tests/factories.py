"""Rows for tests, made plainly: each function says only what the test cares about and fills in the rest."""

import datetime
import itertools
import uuid
from functools import lru_cache

from django.contrib.auth.hashers import make_password

from branch_portal.dates import today_shanghai
from members.models import Affiliation, Member, MemberStatus, PartyOrganization, PostTenure, RoleGrant, User

_numbers = itertools.count(1)
LONG_AGO = datetime.date(2015, 1, 1)
PASSWORD = "清源-Portal-2026"


def organization(kind="branch", *, parent=None, name=None, **fields) -> PartyOrganization:
    number = next(_numbers)
    values = {
        "kind": kind,
        "name": name or f"中共测试{number}号组织",
        "short_name": name or f"测试{number}号",
        "code": f"T-{number}-{uuid.uuid4().hex[:6]}",
        "founded_on": LONG_AGO,
        "sort_number": number,
        "unit_category": "village" if kind == "branch" else "",
        "usual_place": "党群服务中心",
    } | fields
    if parent is None:
        return PartyOrganization.objects.add_root(values)
    return PartyOrganization.objects.add_child(PartyOrganization.objects.get(pk=parent.pk), values)


def national_id(number: int, *, born: str = "0101") -> str:
    """A number with a valid checksum in area codes that are assigned to nobody.

    Members made by `member` are born on another day than numbers that a test asks for, so the two never meet, however
    many tests ran before.
    """
    body = f"99{number // 1000 % 10000:04d}19{60 + number % 40:02d}{born}{number % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return (
        body
        + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]
    )


def member(branch, name=None, *, cell=None, since=LONG_AGO, **fields) -> Member:
    number = next(_numbers)
    values = {
        "name": name or f"党员{number}",
        "name_pinyin": f"dang yuan {number:06d}",
        "name_initials": f"dy{number}",
        "id_number": national_id(number, born="0202"),
        "gender": "male",
        "birth_date": "1970-01-01",
        "birth_year": 1970,
        "education": "21",
        "category": "full",
        "admitted_on": datetime.date(2000, 7, 1),
        "confirmed_on": datetime.date(2001, 7, 1),
        "job_post": "1",
        "mobile": f"1990000{number % 10000:04d}",
        "mobile_tail": f"{number % 10000:04d}",
        "landline": "",
        "home_address": f"清源镇测试路{number}号",
    } | fields
    if values["category"] == "probationary":
        values["confirmed_on"] = None
    person = Member.objects.create(branch=branch, cell=cell, **values)
    Affiliation.objects.create(member=person, branch=branch, cell=cell, period=(since, None))
    return person


def former_member(branch, name=None, *, on, standing="transferred_out", **fields) -> Member:
    """Somebody whose card the branch keeps since the member left it."""
    return leave(member(branch, name, **fields), on=on, standing=standing)


def leave(person, *, on=None, standing="transferred_out") -> Member:
    """The member belongs to no branch from that day on (today)."""
    losses = {
        "transferred_out": ("transferred_out", ""),
        "exited": ("exited", "5"),
        "deceased": ("deceased", ""),
    }
    loss, exit_type = losses[standing]
    Affiliation.objects.filter(member=person).update(
        period=(LONG_AGO, on or today_shanghai()), loss=loss, exit_type=exit_type, reason="测试"
    )
    person.left_branch, person.branch, person.cell, person.standing = person.branch, None, None, standing
    person.save()
    return person


def tenure(person, post, organization=None, *, since=LONG_AGO, until=None) -> PostTenure:
    return PostTenure.objects.create(
        member=person, organization=organization or person.branch, post=post, period=(since, until)
    )


def status(person, kind, *, since, until=None, **fields) -> MemberStatus:
    """A status with the mirrors that the actions would write, where it is open today."""
    row = MemberStatus.objects.create(member=person, kind=kind, period=(since, until), **fields)
    if until is None:
        mirror = {
            "floating": {"floating_since": since, "floating_destination": row.place},
            "out_of_contact": {"lost_contact_on": since},
            "suspended": {"standing": Member.Standing.SUSPENDED},
        }[kind]
        Member.objects.filter(pk=person.pk).update(**mirror)
    return row


@lru_cache
def _hashed_password() -> str:
    """One real hash for all, whichever test asks first: making it is slow on purpose."""
    return make_password(PASSWORD, hasher="pbkdf2_sha256")


def user(username, *, member=None, display_name=None, **fields) -> User:
    account = User(
        username=username,
        display_name=display_name or (member.name if member else username),
        member=member,
        **fields,
    )
    account.password = _hashed_password()
    account.save()
    return account


def grant(account, role, organization, *, since=LONG_AGO, until=None) -> RoleGrant:
    return RoleGrant.objects.create(
        user=account, role=role, organization=organization, valid_from=since, valid_to=until
    )

"""The salts that members' sealed fields hang on. Deleting a row here is the erasure: no history keeps it (ADR 5)."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.utils import timezone

from branch_portal.many_rows import insert_columns
from branch_portal.salts import salt_keeper
from members.models.erasure import PersonalDataErasure
from members.models.people import Member


class MemberKeyQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """Nobody reads salts; the fields that need them do."""
        return self.none()

    editable_by = visible_to


class MemberKey(models.Model):
    """One member's salt. Not tracked, on purpose: a copy in the history would undo the erasure."""

    member = models.OneToOneField(
        Member,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="sealing_key",
        verbose_name="党员",
    )
    salt = models.BinaryField("随机盐")
    created_at = models.DateTimeField("生成时间", auto_now_add=True)

    objects = MemberKeyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员加密盐"

    def __str__(self):
        return f"党员加密盐 {self.pk}"


class _Keeper:
    def salts(self, ids: Iterable[int], *, using: str) -> dict[int, bytes]:
        rows = MemberKey.objects.using(using).filter(member__in=list(ids)).values_list("member_id", "salt")
        return {member: bytes(salt) for member, salt in rows}

    def make(self, holder_id: int, salt: bytes, *, using: str) -> bytes:
        keys = MemberKey.objects.using(using)
        keys.bulk_create([MemberKey(member_id=holder_id, salt=salt)], ignore_conflicts=True)
        return self.salts([holder_id], using=using)[holder_id]

    def keep(self, salts: dict[int, bytes], *, using: str) -> None:
        columns = {"member_id": list(salts), "salt": list(salts.values()), "created_at": timezone.now()}
        insert_columns(MemberKey, columns, count=len(salts), using=using)

    def erased(self, ids: Iterable[int], *, using: str) -> set[int]:
        asked = set(ids)
        there = set(Member.objects.using(using).filter(pk__in=asked).values_list("pk", flat=True))
        written = PersonalDataErasure.objects.using(using).filter(member__in=asked)
        return (asked - there) | set(written.values_list("member_id", flat=True))


salt_keeper(_Keeper())

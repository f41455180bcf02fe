import uuid

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from branch_portal.crypto import blind_index, seal, unseal
from members.models import Member
from tests import factories as make

UID, OTHER = uuid.uuid4(), uuid.uuid4()


def test_a_sealed_value_opens_only_where_it_was_sealed():
    sealed = seal("13800001234", column="member.mobile", uid=UID)
    assert unseal(sealed, column="member.mobile", uid=UID) == "13800001234"
    assert b"13800001234" not in sealed
    for wrong in ({"column": "member.mobile", "uid": OTHER}, {"column": "member.landline", "uid": UID}):
        with pytest.raises(InvalidTag):
            unseal(sealed, **wrong)
    flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
    with pytest.raises(InvalidTag):
        unseal(flipped, column="member.mobile", uid=UID)


def test_the_same_value_is_sealed_differently_and_indexed_equally():
    assert seal("x", column="c", uid=UID) != seal("x", column="c", uid=UID)
    assert blind_index("110", column="c") == blind_index("110", column="c")
    assert blind_index("110", column="c") != blind_index("110", column="d")
    assert blind_index("", column="c") is None


def test_the_table_and_its_history_hold_no_plain_text(db):
    branch = make.organization()
    number = make.national_id(17)
    person = make.member(branch, id_number=number, home_address="清源镇向阳路八号")
    with connection.cursor() as cursor:
        for table in ("members_member", "members_memberevent"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows = "".join(row[0] for row in cursor.fetchall())
            assert person.name in rows
            for secret in (number, "向阳路", number.encode().hex(), "向阳路".encode().hex()):
                assert secret not in rows
    again = Member.objects.get(pk=person.pk)
    assert (again.id_number, again.home_address, again.landline) == (number, "清源镇向阳路八号", "")


def test_saving_a_row_that_was_read_keeps_what_is_sealed(db):
    person = make.member(make.organization(), mobile="13800001234")
    again = Member.objects.defer("mobile").get(pk=person.pk)
    again.name = "改名"
    again.save()
    final = Member.objects.get(pk=person.pk)
    assert (final.name, final.mobile, final.id_number) == ("改名", "13800001234", person.id_number)
    index = blind_index("13800001234", column="member.mobile")
    assert Member.objects.filter(mobile_index=index).count() == 1

import uuid

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection

from branch_portal.crypto import ALGORITHMS, blind_index, present_header, seal, unseal
from branch_portal.dates import today_shanghai
from members.models import Affiliation, CorrectionRequest, Member, MemberKey
from tests import factories as make

UID, OTHER = uuid.uuid4(), uuid.uuid4()


def test_a_sealed_value_opens_only_where_it_was_sealed(db):
    sealed = seal("13800001234", column="member.mobile", uid=UID)
    assert unseal(sealed, column="member.mobile", uid=UID) == "13800001234"
    assert b"13800001234" not in sealed
    for wrong in ({"column": "member.mobile", "uid": OTHER}, {"column": "member.landline", "uid": UID}):
        with pytest.raises(InvalidTag):
            unseal(sealed, **wrong)
    flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
    with pytest.raises(InvalidTag):
        unseal(flipped, column="member.mobile", uid=UID)


def test_the_same_value_is_sealed_differently_and_indexed_equally(db):
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


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_both_algorithms_seal_and_whatever_was_sealed_opens_under_either(db, settings, cipher):
    settings.PORTAL_CIPHER = cipher
    values = {}
    for salt in (b"", b"s" * 16):
        values[salt] = seal("清源镇", column="member.home_address", uid=UID, salt=salt)
        assert values[salt].startswith(present_header())
    settings.PORTAL_CIPHER = "aes"
    for salt, sealed in values.items():
        assert unseal(sealed, column="member.home_address", uid=UID, salt=salt) == "清源镇"
        for wrong in ({"uid": OTHER}, {"salt": b"t" * 16}, {"column": "member.landline"}):
            with pytest.raises(InvalidTag):
                unseal(sealed, **{"column": "member.home_address", "uid": UID, "salt": salt} | wrong)
        for place in range(len(sealed) - 20, len(sealed)):
            flipped = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
            with pytest.raises(InvalidTag):
                unseal(flipped, column="member.home_address", uid=UID, salt=salt)
    assert values[b""][1] == ALGORITHMS[cipher]


def test_many_are_opened_with_one_statement_more(db, django_assert_num_queries):
    branch = make.organization()
    numbers = [make.member(branch).id_number for _ in range(5)]
    with django_assert_num_queries(2):
        assert [each.id_number for each in Member.objects.order_by("pk")] == numbers
    with django_assert_num_queries(2):
        line = Affiliation.objects.select_related("member").order_by("pk")
        assert [each.member.id_number for each in line] == numbers
    with django_assert_num_queries(2):
        card = Member.objects.order_by("pk")[0]
        assert (card.id_number, card.mobile != "", card.birth_date) == (numbers[0], True, "1970-01-01")
    with django_assert_num_queries(1):
        list(Member.objects.all())


def test_a_member_whose_salt_is_gone_is_shut_in_the_row_and_its_history(db):
    person, other = (make.member(make.organization()) for _ in range(2))
    number = person.id_number
    request = CorrectionRequest.objects.create(
        member=person, field="mobile", proposed="13900009999", due_on=today_shanghai()
    )
    person.name = "改名"
    person.save()
    history = Member.events.field.model.objects
    assert [each.id_number for each in history.filter(pgh_obj=person)] == [number, number]
    MemberKey.objects.filter(member=person).delete()
    assert Member.objects.get(pk=person.pk).id_number == ""
    assert CorrectionRequest.objects.get(pk=request.pk).proposed == ""
    told = list(history.filter(pgh_obj=person))
    assert [(each.id_number, each.mobile, each.home_address) for each in told] == [("", "", "")] * 2
    assert Member.objects.get(pk=other.pk).id_number == other.id_number
    with connection.cursor() as cursor:  # and not by whoever has the keys and the rows, either
        cursor.execute("SELECT uid, id_number FROM members_memberevent WHERE id = %s", [person.pk])
        for uid, sealed in cursor.fetchall():
            with pytest.raises(InvalidTag):
                unseal(sealed, column="member.id_number", uid=uid)


def test_what_is_derived_from_sealed_items_is_in_no_history():
    kept = {field.name for field in Member.events.field.model._meta.get_fields()}
    assert kept.isdisjoint({"id_number_index", "mobile_index", "mobile_tail", "birth_year"})
    assert "id_number" in kept


def test_a_member_who_was_erased_may_be_entered_again(db):
    person = make.member(make.organization())
    MemberKey.objects.filter(member=person).delete()
    again = Member.objects.get(pk=person.pk)
    again.mobile = "13800001234"
    again.save()
    assert Member.objects.get(pk=person.pk).mobile == "13800001234"

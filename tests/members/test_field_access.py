"""Who sees which field of a card in what form; a new field without a line here fails (reliability 5.1, 5.3)."""

import datetime

import pytest
from django.urls import reverse

from members.models import Member
from members.rules.national_id import compose

SEALED = {
    "id_number": compose("990000", datetime.date(1971, 3, 4), 12),
    "birth_date": "1971-03-04",
    "mobile": "13800001234",
    "landline": "0571-87654321",
    "home_address": "浙江省杭州市清源镇一路一号",
    "registered_address": "江苏省南京市白马镇二路二号",
}
PLAIN = {
    "name", "gender", "ethnicity", "education", "category", "branch", "cell", "left_branch", "admitted_on",
    "confirmed_on", "standing_correction", "job_post", "employer", "standing", "lost_contact_on", "floating_since",
    "floating_destination", "is_leading_official", "degree", "new_stratum", "professional_title", "is_migrant_worker",
    "native_place", "admission_type", "admitted_branch", "extension_until", "applied_on", "work_started_on",
}  # fmt: skip
INTERNAL = {
    "id", "uid", "name_pinyin", "name_initials", "id_number_index", "birth_year", "mobile_index", "mobile_tail",
    "created_at", "version",
}  # fmt: skip
#: persona → (card and print, edit form, reveal)
PERSONAS = {
    "member_a": (200, 403, 200),
    "cell_leader_a": (200, 403, 403),
    "officer_a": (200, 200, 403),
    "secretary_a": (200, 200, 200),
    "staff": (200, 403, 403),
    "secretary_b": (404, 404, 404),
    "staff_x": (404, 404, 404),
    "superuser": (404, 404, 404),
}


def test_every_field_has_its_line():
    assert {field.name for field in Member._meta.local_fields} == {*SEALED, *PLAIN, *INTERNAL}
    assert set(Member.SEALED_FIELDS) == set(SEALED)


@pytest.mark.parametrize("persona", PERSONAS)
def test_no_page_carries_a_sealed_value_and_reveal_opens_by_right(world, as_user, persona):
    member = world.members_a[3]
    for name, value in SEALED.items():
        setattr(member, name, value)
    member.save()
    client = as_user(getattr(world, persona))
    read, edit, reveal = PERSONAS[persona]
    for route, status in (("card", read), ("card-print", read), ("edit", edit)):
        response = client.get(reverse(f"members:{route}", args=[member.uid]))
        assert response.status_code == status
        page = response.content.decode()
        assert [name for name, value in SEALED.items() if value in page] == []
        assert (member.name in page) == (status == 200)
    for name in SEALED:
        url = reverse("members:reveal", args=[member.uid, name])
        assert client.post(url, {"reason": "办理介绍信"}).status_code == reveal

"""代码表: what is edited from a day on leaves every earlier day as it was."""

import datetime
import itertools

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from branch_portal.dates import today_shanghai
from members.actions.dictionaries import add_entry, end_entry, order_entry, reword_entry
from members.actions.errors import ActionRefused
from members.models import DictionaryEntry, Member
from members.queries.dictionaries import forget, label_of

STEPS = st.lists(
    st.tuples(st.sampled_from(["reword", "end", "add", "order"]), st.integers(-3, 60)), max_size=8
)


class History(TestCase):
    @given(steps=STEPS)
    def test_the_past_reads_the_same_after_any_edit(self, steps):
        forget()
        today = today_shanghai()
        past = [today - datetime.timedelta(days=days) for days in (1, 40, 4000)]
        for number, (what, offset) in enumerate(steps):
            on = today + datetime.timedelta(days=offset)
            before = [label_of("degree", "4", day) for day in past]
            entry = DictionaryEntry.objects.filter(table="degree", code="4").order_by("-period").first()
            try:
                if what == "reword":
                    reword_entry(by=None, entry=entry, label=f"学士{number}", on=on)
                elif what == "end":
                    end_entry(by=None, entry=entry, on=on)
                elif what == "order":
                    order_entry(by=None, entry=entry, sort_number=number)
                else:
                    add_entry(by=None, table="degree", code="4", label=f"新{number}", on=on, sort_number=1)
            except ActionRefused:
                pass
            self.assertEqual([label_of("degree", "4", day) for day in past], before)
            periods = [
                (p.lower, p.upper)
                for p in DictionaryEntry.objects.filter(table="degree", code="4")
                .order_by("period")
                .values_list("period", flat=True)
            ]
            self.assertTrue(all(a[1] and a[1] <= b[0] for a, b in itertools.pairwise(periods)))
        forget()


def test_the_committee_rewords_and_the_branch_does_not(world, as_user):
    entry = DictionaryEntry.objects.get(table="education", code="21")
    url = reverse("members:dictionary-change", args=[entry.uid, "reword"])
    form = {"label": "大学本科", "on": today_shanghai().isoformat()}
    assert as_user(world.secretary_a).post(url, form).status_code == 403
    assert as_user(world.staff).post(url, form).url == reverse("members:dictionary", args=["education"])
    yesterday = today_shanghai() - datetime.timedelta(days=1)
    assert (label_of("education", "21"), label_of("education", "21", yesterday)) == ("大学本科", "大学")


@pytest.mark.parametrize(
    ("form", "result"),
    [
        ({"outcome": "confirm", "on": "2027-02-28"}, None),
        ({"outcome": "extend", "on": "2027-09-01"}, datetime.date(2027, 9, 1)),
        ({"outcome": "extend", "on": "2027-08-31"}, None),
        ({"outcome": "extend", "on": "2028-03-02"}, None),
    ],
)
def test_confirmation_and_extension_keep_the_bounds(world, as_user, form, result):
    member = world.members_a[9]
    url = reverse("members:confirmation", args=[member.uid])
    as_user(world.officer_a).post(url, form | {"meeting_on": "2026-11-01", "reason": "支部大会讨论"})
    member = Member.objects.get(pk=member.pk)
    assert (member.category, member.extension_until) == ("probationary", result)

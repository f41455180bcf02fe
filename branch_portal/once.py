"""A form sent twice has one effect: the second arrival of a one-time key gets the first one's answer.

The key is a random UUID in a hidden field. Claiming it inserts a row; a second claim waits on the unique index until the
first transaction ends, then reads where it led. If the first rolled back, the second simply becomes the first.
"""

import uuid

from django import forms
from django.db import connection

from branch_portal.models import SubmissionKey


class OneTimeFormMixin(forms.Form):
    """Adds the hidden one-time key to a form that creates something."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=True)


def earlier_result(key: uuid.UUID, user) -> str | None:
    """Claim the key for this user; the URL that an earlier submission of it led to, or None when this is the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO branch_portal_submissionkey (key, user_id, result_url, created_at) "
            "VALUES (%s, %s, '', now()) ON CONFLICT (key) DO NOTHING",
            [key, user.pk],
        )
        if cursor.rowcount == 1:
            return None
    # A key of another user is no answer for this one: treat it as spent, lead home.
    url = SubmissionKey.objects.filter(key=key, user_id=user.pk).values_list("result_url", flat=True).first()
    return url or "/"


def remember_result(key: uuid.UUID, url: str) -> None:
    """Store where the claimed key's submission led, in the same transaction."""
    SubmissionKey.objects.filter(key=key).update(result_url=url)

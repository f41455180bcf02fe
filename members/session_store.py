"""Sessions in a table of our own: Django's database store, with the account and the device as columns.

The sign-in is described in the session's data under `ABOUT`; columns are made from it whenever the session is saved. So the
list of one's sessions is a plain query, and the account is read with its session (`members.frame`).
"""

import datetime
import re

from django.contrib.sessions.backends import db
from django.utils import timezone

from members.frame import Frame, read_frame
from members.rules.sessions import LONGEST

ABOUT = "_about"
_KEY = re.compile(r"[a-z0-9]{8,40}")
_USER = "_auth_user_id"
#: A session of nobody: a message to show, or the way from the password to the code.
_NOBODY = datetime.timedelta(hours=1)


class SessionStore(db.SessionStore):
    """`last_seen_at` and `frame` are those of the row as it was read; None for a session that is not stored yet."""

    last_seen_at: datetime.datetime | None = None
    frame: Frame | None = None

    @classmethod
    def get_model_class(cls):
        from members.models import SignInSession  # the store is imported before the models are

        return SignInSession

    def _get_session_from_db(self):
        # What is no key of ours is not asked for: PostgreSQL takes no NUL, and a cookie is anybody's text.
        key = self.session_key or ""
        self.frame = read_frame(key, timezone.now()) if _KEY.fullmatch(key) else None
        if self.frame is None:
            self._session_key = None
            return None
        self.last_seen_at = self.frame.session.last_seen_at
        return self.frame.session

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        now = timezone.now()
        row.last_seen_at, row.expire_date = now, now + _NOBODY
        if data.get(_USER):
            about = data.get(ABOUT) or {}
            row.user_id = int(data[_USER])
            row.uid = about.get("uid")
            row.started_at = datetime.datetime.fromisoformat(about["started"]) if about else now
            row.device, row.network = about.get("device", ""), about.get("network", "")
            row.expire_date = row.started_at + LONGEST
        return row

"""The portal with a page that does not end; PostgreSQL's patience with an idle transaction is 3 s instead of 60."""

from branch_portal.settings import *  # noqa: F403
from branch_portal.settings import DATABASES

ROOT_URLCONF = "tests.faults.slow_urls"
_options = DATABASES["default"]["OPTIONS"]
_options["options"] = _options["options"].replace(
    "idle_in_transaction_session_timeout=60s", "idle_in_transaction_session_timeout=3s"
)

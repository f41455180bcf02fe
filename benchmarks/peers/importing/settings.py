"""Only what the peer needs: its own environment has no package of the portal's."""

import os
from urllib.parse import unquote, urlsplit

_address = urlsplit(os.environ["PEER_DATABASE_URL"])
SECRET_KEY = "of a benchmark, never served"  # noqa: S105
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "import_export",
    "benchmarks.peers.importing",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _address.hostname,
        "PORT": _address.port,
        "USER": _address.username,
        "PASSWORD": unquote(_address.password or ""),
        "NAME": _address.path.lstrip("/"),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

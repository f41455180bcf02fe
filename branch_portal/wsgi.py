import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from branch_portal.migrating import refuse_newer_database
from branch_portal.patience import install

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_portal.settings")

application = get_wsgi_application()

from branch_portal.key_check import refuse_wrong_keys_or_exit  # noqa: E402  needs the settings


def refuse_to_serve() -> None:
    """The end of this process where keys or tables are not those of this code; what it asks with is closed again."""
    refuse_wrong_keys_or_exit()
    refuse_newer_database()


refuse_to_serve()
install()
# All pages with their forms: what is loaded before gunicorn forks, its processes share.
import_module(settings.ROOT_URLCONF)

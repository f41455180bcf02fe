import os

from django.core.wsgi import get_wsgi_application

from branch_portal.migrating import refuse_newer_database
from branch_portal.patience import install

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_portal.settings")

application = get_wsgi_application()

from branch_portal.key_check import refuse_wrong_keys_or_exit  # noqa: E402  needs the settings

refuse_wrong_keys_or_exit()
refuse_newer_database()
install()

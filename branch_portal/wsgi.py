import os

from django.core.wsgi import get_wsgi_application

from branch_portal.migrating import refuse_newer_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_portal.settings")

application = get_wsgi_application()
refuse_newer_database()

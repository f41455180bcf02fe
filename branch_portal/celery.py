"""The Celery application. Only the tickers publish; the web writes rows (design.md 3)."""

import os

from celery import Celery
from celery.signals import beat_init, celeryd_init

from branch_portal.celery_pulse import WorkerPulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_portal.settings")

app = Celery("branch_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(WorkerPulse)


@celeryd_init.connect
@beat_init.connect
def _refuse_newer_database(**kwargs) -> None:
    """Work done by old code on a newer schema would be wrong work."""
    from branch_portal.migrating import refuse_newer_database

    refuse_newer_database()

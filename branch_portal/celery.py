"""The Celery application. Only the tickers publish; the web writes rows (design.md 3)."""

import logging.config
import os

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

from branch_portal.celery_pulse import WorkerPulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_portal.settings")

app = Celery("branch_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(WorkerPulse)


@setup_logging.connect
def _log_as_the_site_does(**kwargs) -> None:
    """Celery's own handlers would write past the redaction."""
    logging.config.dictConfig(settings.LOGGING)

"""The Celery application. Only the tickers publish; the web writes rows (design.md 3)."""

import os

from celery import Celery
from kombu.transport.redis import Channel

from branch_portal.celery_pulse import WorkerPulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_portal.settings")

# When Redis goes away twice in a row, kombu wants to put back what was not acknowledged, over a connection that is gone, and the
# whole worker ends with an AttributeError. Nothing needs to be put back: the next beat publishes the same again.
Channel.do_restore = False

app = Celery("branch_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(WorkerPulse)

"""The Celery application. Only the tickers publish; the web writes rows (design.md 3)."""

import os

from celery import Celery, signals

from branch_portal.celery_pulse import WorkerPulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_portal.settings")

app = Celery("branch_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(WorkerPulse)


@signals.celeryd_init.connect
def refuse_wrong_keys(**kwargs) -> None:
    """A worker with another database's keys would write what nobody can open."""
    from branch_portal.key_check import refuse_wrong_keys_or_exit

    refuse_wrong_keys_or_exit()

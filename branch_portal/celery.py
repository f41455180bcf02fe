"""The Celery application. Only the tickers publish; the web writes rows (design.md 3)."""

import gc
import logging.config
import os
from contextlib import ExitStack

from celery import Celery
from celery.signals import (
    beat_init,
    celeryd_init,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_before_create_process,
)
from django.conf import settings
from kombu.transport.redis import Channel

from branch_portal.celery_pulse import WorkerPulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_portal.settings")

# `migrate` and the installer run the checks; in each process they would read all pages, which no task needs.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

# When Redis goes away twice in a row, kombu wants to put back what was not acknowledged, over a connection that is gone, and the
# whole worker ends with an AttributeError. Nothing needs to be put back: the next beat publishes the same again.
Channel.do_restore = False

app = Celery("branch_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(WorkerPulse)


# A task is asked for by nobody, so it sees everything while it runs, and the worker nothing between two tasks; somebody's job
# is run within the owner's scope (`branch_portal.jobs`).
_running = ExitStack()


@task_prerun.connect
def _sees_everything(**kwargs) -> None:
    from branch_portal.database import as_system  # Django is not set up when this module is read

    _running.enter_context(as_system("a task of a worker"))


@task_postrun.connect
def _sees_nothing(**kwargs) -> None:
    _running.close()


@setup_logging.connect
def _log_as_the_site_does(**kwargs) -> None:
    """Celery's own handlers would write past the redaction."""
    logging.config.dictConfig(settings.LOGGING)


@worker_before_create_process.connect
def _share_memory(**kwargs) -> None:
    """Collecting garbage writes into every object: the child leaves alone what it shares with its parent."""
    gc.collect()
    gc.freeze()


@celeryd_init.connect
def refuse_wrong_keys(**kwargs) -> None:
    """A worker with another database's keys would write what nobody can open."""
    from branch_portal.key_check import refuse_wrong_keys_or_exit

    refuse_wrong_keys_or_exit()


@celeryd_init.connect
@beat_init.connect
def _refuse_newer_database(**kwargs) -> None:
    """Work done by old code on a newer schema would be wrong work."""
    from branch_portal.migrating import refuse_newer_database

    refuse_newer_database()

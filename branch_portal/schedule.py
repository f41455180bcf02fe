"""The beat table: which task runs how often. Apps are named by dotted string, so nothing here imports them."""

import os

from celery.schedules import crontab

#: Tests turn the wheel faster; the guarantees do not depend on it.
_TICK_SECONDS = float(os.environ.get("PORTAL_TICK_SECONDS", "15"))

BEAT_SCHEDULE = {
    "notices-tick": {"task": "notices.tick", "schedule": _TICK_SECONDS, "options": {"expires": 30}},
    "jobs-tick": {
        "task": "branch_portal.run_jobs",
        "schedule": 2.0,
        "options": {"expires": 10, "queue": "jobs"},
    },
    "anchor-audit": {"task": "branch_portal.anchor_audit", "schedule": 3600.0, "options": {"expires": 600}},
    "forms-tidy": {"task": "branch_portal.tidy", "schedule": 3600.0, "options": {"expires": 600}},
    # Looks every ten minutes whether the nightly backup or the weekly drill is due; nothing where no folder is set.
    "backups": {
        "task": "branch_portal.keep_backups",
        "schedule": 600.0,
        "options": {"expires": 300, "queue": "jobs"},
    },
    # Looks every hour whether a night has come without its run, so that a night without beat is made up for.
    "retention": {
        "task": "branch_portal.retention",
        "schedule": 3600.0,
        "options": {"expires": 1800, "queue": "jobs"},
    },
    "media-sweep": {
        "task": "branch_portal.sweep_media",
        "schedule": crontab(hour="3", minute="20"),
        "options": {"expires": 3600, "queue": "jobs"},
    },
    "learning-tidy": {"task": "learning.tidy", "schedule": 3600.0, "options": {"expires": 600}},
}

"""The beat table: which task runs how often. Apps are named by dotted string, so nothing here imports them."""

BEAT_SCHEDULE = {
    "notices-tick": {"task": "notices.tick", "schedule": 15.0, "options": {"expires": 30}},
    "jobs-tick": {
        "task": "branch_portal.run_jobs",
        "schedule": 2.0,
        "options": {"expires": 10, "queue": "jobs"},
    },
}

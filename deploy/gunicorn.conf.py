"""gunicorn, installed and under `make run`: the site's own log, no line of gunicorn's for a request, small limits for requests."""

import gc
import os
from typing import Any

from branch_portal.logs import logging_config

wsgi_app = "branch_portal.wsgi:application"
worker_class = "gthread"
workers = int(os.environ.get("PORTAL_WEB_WORKERS", "2"))
threads = int(os.environ.get("PORTAL_WEB_THREADS", "4"))
# A page that takes longer is broken; statements end after 14 s.
timeout = 120
graceful_timeout = 30
keepalive = 75
max_requests = 5000
max_requests_jitter = 500
limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 8190
control_socket_disable = True
# Workers are forked from one process that has read everything, and share its memory.
preload_app = True
# `portal.access` tells it, without the query and without links that open something.
accesslog = None

logconfig_dict: dict[str, Any] = logging_config(
    format=os.environ.get("PORTAL_LOG_FORMAT", "line"), level=os.environ.get("PORTAL_LOG_LEVEL", "INFO")
)


def when_ready(server) -> None:
    """Collecting garbage writes into every object: leave those alone that are shared."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker) -> None:
    """A worker that follows another one may meet tables or keys that were changed since the first was started."""
    from branch_portal.wsgi import refuse_to_serve

    refuse_to_serve()

"""How gunicorn serves the portal: `gunicorn -c python:firmware_repo.gunicorn firmware_repo.wsgi`.

Two workers suit two cores; WEB_WORKERS changes it.
"""

import gc
from typing import Any

from firmware_repo.environment import env

bind = env.str("BIND", default="127.0.0.1:8000")
workers = env.int("WEB_WORKERS", default=2)
timeout = 60
graceful_timeout = 30
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Take what start-up built out of the collector's sight: full collections over it were the slow 5 %."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)

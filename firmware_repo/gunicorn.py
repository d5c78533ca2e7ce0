"""How gunicorn serves the portal: `gunicorn -c python:firmware_repo.gunicorn firmware_repo.wsgi`.

Two workers suit two cores; WEB_WORKERS changes it. Each answers several people in turn by threads: an estate of
150 MB that comes in over minutes holds one thread, which waits most of the time, and no process.
"""

import gc
from typing import Any

from firmware_repo.environment import env

bind = env.str("BIND", default="127.0.0.1:8000")
workers = env.int("WEB_WORKERS", default=2)
worker_class = "gthread"
# No more than the connections to the database that a process has.
threads = env.int("WEB_THREADS", default=8)
# A process that no longer says it is alive; a request, an upload above all, may take longer.
timeout = 60
# A browser that neither sends nor takes a byte for so long gives its thread back.
STALLED_SECONDS = 90
graceful_timeout = 30
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True


def pre_request(worker: Any, request: Any) -> None:
    """Nobody holds a thread for ever by sending half of what was promised."""
    request.unreader.sock.settimeout(STALLED_SECONDS)


def post_worker_init(worker: Any) -> None:
    """Take what start-up built out of the collector's sight: full collections over it were the slow 5 %."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)

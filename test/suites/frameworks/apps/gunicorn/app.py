"""A WSGI app as its tutorial has it: each of gunicorn's workers counts for itself, and whichever is free answers /metrics."""

import os
import random

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest, multiprocess

ERRORS = int(os.environ.get("ERROR_PERCENT", "0"))
REQUESTS = Counter("http_requests_total", "Answers, by status.", ["status"])


def page():
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry)


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/metrics":
        start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
        return [page()]
    if path == "/healthz":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok\n"]
    fails = random.randrange(100) < ERRORS
    REQUESTS.labels("500" if fails else "200").inc()
    start_response("500 Internal Server Error" if fails else "200 OK", [("Content-Type", "text/plain")])
    return [b"menu\n"]

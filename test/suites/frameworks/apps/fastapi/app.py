"""A FastAPI app with the instrumentator's defaults: it counts its own scrapes and probes, and its label is the status class."""

import os
import random

from fastapi import FastAPI, Response
from prometheus_fastapi_instrumentator import Instrumentator

ERRORS = int(os.environ.get("ERROR_PERCENT", "0"))
app = FastAPI()
Instrumentator().instrument(app).expose(app)


@app.get("/healthz")
async def health():
    return "ok"


@app.get("/")
async def menu():
    return Response("menu\n", status_code=500 if random.randrange(100) < ERRORS else 200)

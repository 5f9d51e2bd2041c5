"""The Celery application. A message only rings the bell; the database row is the truth."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings.demo")

app = Celery("mambo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Heartbeat, sweep and model loading belong to worker processes only.
app.autodiscover_tasks(["webapp.generation"], related_name="worker")

"""Where the site is put together: settings, URLs, ASGI and Celery.

The Celery application is imported here so that `shared_task` binds to it in every process.
"""

from webapp.config.celery import app as celery

__all__ = ["celery"]

"""ASGI: the tile app outermost, then websockets, then Django."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.config.settings.demo")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.urls import get_resolver

from webapp.config.pool import keep_connections
from webapp.core.at_once import AtOnce
from webapp.core.figures import Flusher
from webapp.core.request_id import RequestIds
from webapp.generation.routing import websocket_urlpatterns
from webapp.imaging.tiles import TileApplication
from webapp.operations.probes import Probes

# All views are read now: a process that says it is ready must not let its first request wait for them.
_ = get_resolver().url_patterns
keep_connections(settings.DATABASES, settings.WEB_AT_ONCE)
site = ProtocolTypeRouter(
    {
        "http": AtOnce(django_application, settings.WEB_AT_ONCE),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
application = RequestIds(Flusher(TileApplication(Probes(site))))

"""Websocket addresses of the generation app."""

from django.urls import re_path

from webapp.generation.consumers import RequestConsumer

websocket_urlpatterns = [re_path(r"^ws/generate/(?P<token>[\w-]{22})/$", RequestConsumer.as_asgi())]

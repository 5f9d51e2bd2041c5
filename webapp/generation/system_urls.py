"""Addresses of the system page."""

from django.urls import path

from webapp.generation import system_views

app_name = "system"
urlpatterns = [
    path("", system_views.status, name="status"),
    path("health", system_views.health, name="health"),
]

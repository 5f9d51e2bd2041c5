"""Addresses of the viewer's own pages."""

from django.urls import path

from webapp.viewer import views

app_name = "viewer"
urlpatterns = [
    path("compare/", views.compare, name="compare"),
    path("display/", views.display, name="display"),
    path("display/checks/", views.display_save, name="display-save"),
]

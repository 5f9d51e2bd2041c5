"""Addresses of the batches."""

from django.urls import path, re_path

from webapp.generation.batches import views

BATCH = r"^(?P<token>[\w-]{22})/"

app_name = "batches"
urlpatterns = [
    path("", views.index, name="list"),
    path("like/", views.like, name="like"),
    re_path(BATCH + r"$", views.batch_page, name="batch"),
    re_path(BATCH + r"state/$", views.batch_state, name="state"),
    re_path(BATCH + r"decisions\.json$", views.record, name="record"),
    re_path(BATCH + r"cancel/$", views.cancel, name="cancel"),
    re_path(BATCH + r"retry/$", views.retry, name="retry"),
    re_path(BATCH + r"(?P<number>[\w-]{1,22})/$", views.decide, name="decide"),
]

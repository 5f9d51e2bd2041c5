"""Addresses of the studies app: the reader's pages and API first, then the staff's."""

from django.urls import path

from studies.api import reader as reader_api
from studies.views import reader

app_name = "studies"
urlpatterns = [
    path("read/", reader.home, name="reader-home"),
    path("read/<str:participant>/", reader.reading, name="reading"),
    path("read/<str:participant>/done/", reader.done, name="reading-done"),
    path("api/r/<str:participant>/next/", reader_api.NextTrial.as_view(), name="next"),
    path("api/r/responses/<uuid:response_id>/", reader_api.ResponseItem.as_view(), name="response"),
]

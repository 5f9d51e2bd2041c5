"""Addresses of the programming interface of generation."""

from django.urls import path, re_path

from webapp.generation import api

app_name = "generation-api"
urlpatterns = [
    path("asyncapi.json", api.Socket.as_view(), name="socket"),
    path("model/", api.Model.as_view(), name="model"),
    path("requests/", api.Requests.as_view(), name="requests"),
    path("requests/<request_token:token>/", api.RequestItem.as_view(), name="request"),
    re_path(r"^requests/(?P<token>[\w-]{22})/picture\.(?P<kind>png|dcm)$", api.Picture.as_view(), name="picture"),
]

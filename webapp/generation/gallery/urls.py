"""Addresses of the gallery."""

from django.urls import path, re_path

from webapp.generation.gallery import views

PICTURE = r"^(?P<token>[\w-]{22})/"

app_name = "gallery"
urlpatterns = [
    path("", views.index, name="list"),
    re_path(PICTURE + r"$", views.picture, name="picture"),
    re_path(PICTURE + r"thumb$", views.thumb, name="thumb"),
    re_path(PICTURE + r"choose/$", views.choose, name="choose"),
]

"""Addresses of the library."""

from django.urls import path

from webapp.imaging import views

app_name = "imaging"
urlpatterns = [
    path("", views.library, name="library"),
    path("upload/", views.upload, name="upload"),
    path("<str:token>/", views.image_page, name="image"),
    path("<str:token>/thumb", views.thumb, name="thumb"),
    path("<str:token>/png", views.png, name="png"),
]

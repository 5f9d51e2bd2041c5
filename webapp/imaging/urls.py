"""Addresses of the library."""

from django.urls import path, re_path

from webapp.imaging import views

app_name = "imaging"
urlpatterns = [
    path("", views.library, name="library"),
    path("batches/<str:token>/", views.batch, name="batch"),
    re_path(
        r"^batches/(?P<token>[\w-]{22})/report\.(?P<form>csv|json)$", views.batch_report_file, name="batch-report"
    ),
    path("upload/", views.upload, name="upload"),
    path("<str:token>/", views.image_page, name="image"),
    path("<str:token>/thumb", views.thumb, name="thumb"),
    path("<str:token>/png", views.png, name="png"),
]

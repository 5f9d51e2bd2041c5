"""Addresses of the library."""

app_name = "imaging"
urlpatterns: list[object] = []

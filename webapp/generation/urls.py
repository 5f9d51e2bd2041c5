"""Addresses of the generation app."""

from django.urls import path, register_converter

from webapp.generation import map_views, variant_views, views


class TokenConverter:
    """A request's token: 22 URL-safe characters."""

    regex = r"[\w-]{22}"

    def to_python(self, value: str) -> str:
        """Take the token as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Write the token as it is."""
        return value


register_converter(TokenConverter, "request_token")

app_name = "generation"
urlpatterns = [
    path("", views.request_page, name="request"),
    path("maps/", map_views.map_ask, name="map-ask"),
    path("maps/<request_token:token>/", map_views.map_page, name="map"),
    path("maps/<request_token:token>/overlay.png", map_views.map_overlay, name="map-overlay"),
    path("maps/<request_token:token>/map.png", map_views.map_download, name="map-download"),
    path("<request_token:token>/", views.detail_page, name="detail"),
    path("<request_token:token>/state/", views.state, name="state"),
    path("<request_token:token>/picture/<slug:name>/", views.picture, name="picture"),
    path("<request_token:token>/cancel/", views.cancel, name="cancel"),
    path("<request_token:token>/picture.png", views.download, name="download"),
    path("<request_token:token>/picture.dcm", views.download_dicom, name="download-dicom"),
    path("<request_token:token>/others/", variant_views.variants_page, name="variants"),
    path("<request_token:token>/against/<request_token:other>.png", variant_views.difference, name="difference"),
]

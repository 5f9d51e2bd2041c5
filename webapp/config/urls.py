"""Every address of the site. `/t/` is answered before Django, by `webapp.imaging.tiles`."""

from django.urls import include, path

from webapp.core.disclosure import security_txt
from webapp.operations.metrics_views import metrics
from webapp.viewer.views import home

urlpatterns = [
    path("", home, name="home"),
    path("accounts/", include("webapp.accounts.urls")),
    path("library/", include("webapp.imaging.urls")),
    path("gallery/", include("webapp.generation.gallery.urls")),
    path("generate/batches/", include("webapp.generation.batches.urls")),
    path("generate/", include("webapp.generation.urls")),
    path("api/generation/", include("webapp.generation.api_urls")),
    path("system/", include("webapp.generation.system_urls")),
    path("metrics", metrics, name="metrics"),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("", include("webapp.viewer.urls")),
    path("", include("studies.urls")),
]

handler400 = "webapp.core.http.bad_request"
handler403 = "webapp.core.http.permission_denied"
handler404 = "webapp.core.http.page_not_found"
handler500 = "webapp.core.http.server_error"

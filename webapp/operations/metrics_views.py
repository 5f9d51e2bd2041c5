"""The address that Prometheus reads."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST

from webapp.accounts.permissions import admin_required
from webapp.operations.metrics import metrics_text


@require_GET
def metrics(request: HttpRequest) -> HttpResponseBase:
    """Answer study admins, and whoever brings the token of the settings."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return _for_admins(request)
    token = settings.METRICS_TOKEN
    if scheme.lower() != "bearer" or not token or not constant_time_compare(secret.strip(), token):
        said = {"code": "token", "message": "This token does not open the figures.", "field": None}
        return JsonResponse({"error": said}, status=401)
    return _figures(request)


def _figures(request: HttpRequest) -> HttpResponse:
    return HttpResponse(metrics_text(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


_for_admins = admin_required(_figures)

"""What the staff's pages ask for while they are open: counts and times, never the truth."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from studies.requests import SignedIn
from studies.selectors.progress import picture_progress, reader_progress
from studies.selectors.studies import study_get
from webapp.accounts.permissions import staff_required


@require_GET
@staff_required
def progress(request: SignedIn, slug: str) -> HttpResponse:
    """Answer with the study's state, its pictures by state, and each reader's count."""
    study = study_get(slug, request.user)
    readers = [
        {
            "readerCode": person.reader_code,
            "done": person.done,
            "count": person.count,
            "secondsPerCase": person.active_s,
            "lastSeen": person.last_seen_at.isoformat() if person.last_seen_at else None,
        }
        for person in reader_progress(study)
    ]
    return JsonResponse({"state": study.state, "pictures": picture_progress(study), "readers": readers})

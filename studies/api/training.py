"""The lesson of a training case. Kept apart from the rest of the reader's API, which can't reach the truth."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from studies.selectors.training import lesson_get
from studies.selectors.trials import trial_get


class LessonItem(APIView):
    """GET: what was true of a training case, once it is answered."""

    def get(self, request: Request, trial: str) -> Response:
        """Return 200 with what is and what was said, or the same 404 for everything else."""
        lesson = lesson_get(trial_get(trial, request.user))
        return Response({"is": lesson.true, "said": lesson.said})

"""`manage.py audit_heads`: keeps where each study's record stands today."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from studies.models.study import Study
from studies.services.audit import heads_keep


class Command(BaseCommand):
    """Stores and prints one head a day and study; the printed line can be kept elsewhere as an anchor."""

    help = "Keep today's head of every study's record and print it. For a daily scheduler."

    def handle(self, *args: Any, **options: Any) -> None:
        """Keep and print the heads."""
        today = timezone.now().date()
        for study in Study.objects.order_by("slug"):
            head = heads_keep(study, today)
            if head is not None:
                self.stdout.write(f"{today.isoformat()} {study.slug} {head.seq} {head.hash}")

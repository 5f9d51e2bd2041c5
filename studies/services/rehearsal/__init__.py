"""A study tried out: a marked copy of it, read over HTTP by simulated readers, closed and reported."""

from studies.services.rehearsal.copying import rehearsal_create
from studies.services.rehearsal.play import Plan, study_rehearse

__all__ = ["Plan", "rehearsal_create", "study_rehearse"]

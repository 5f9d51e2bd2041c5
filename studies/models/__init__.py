"""Tables of the studies app. Import each from its own module: the truth has one of its own for a reason."""

from studies.models.analysis import AnalysisRun
from studies.models.audit import AuditEvent
from studies.models.case import Asset, Case
from studies.models.invitation import Invitation
from studies.models.leak import LeakReport
from studies.models.participant import Participant
from studies.models.reading import Draft, FlowStep, Interaction, Presentation, Sitting
from studies.models.response import Response
from studies.models.signature import AuditHead, Signature
from studies.models.study import Membership, ProtocolVersion, Study
from studies.models.trial import Trial
from studies.models.truth import CaseTruth

__all__ = [
    "AnalysisRun",
    "Asset",
    "AuditEvent",
    "AuditHead",
    "Case",
    "CaseTruth",
    "Draft",
    "FlowStep",
    "Interaction",
    "Invitation",
    "LeakReport",
    "Membership",
    "Participant",
    "Presentation",
    "ProtocolVersion",
    "Response",
    "Signature",
    "Sitting",
    "Study",
    "Trial",
]

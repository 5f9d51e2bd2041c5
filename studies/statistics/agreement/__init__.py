"""How far readers agree with each other, and with themselves, beyond chance."""

from studies.statistics.agreement.cohen import cohen_kappa, pairwise_cohen
from studies.statistics.agreement.intra_reader import intra_reader
from studies.statistics.agreement.krippendorff import krippendorff_alpha
from studies.statistics.agreement.many_readers import fleiss_kappa, gwet_ac1
from studies.statistics.agreement.result import Agreement
from studies.statistics.agreement.summary import agreement_summary

__all__ = [
    "Agreement",
    "agreement_summary",
    "cohen_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "intra_reader",
    "krippendorff_alpha",
    "pairwise_cohen",
]

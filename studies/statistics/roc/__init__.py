"""ROC curves and the area below them, for one reader and over readers."""

from studies.statistics.roc.binormal import Binormal, binormal
from studies.statistics.roc.delong import AucDifference, AucEstimate, delong, delong_compare
from studies.statistics.roc.empirical import RocCurve, empirical_auc, mean_roc, roc_curve
from studies.statistics.roc.readers import ReaderRoc, reader_rocs

__all__ = [
    "AucDifference",
    "AucEstimate",
    "Binormal",
    "ReaderRoc",
    "RocCurve",
    "binormal",
    "delong",
    "delong_compare",
    "empirical_auc",
    "mean_roc",
    "reader_rocs",
    "roc_curve",
]

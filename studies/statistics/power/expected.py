"""What a Roe-Metz model makes one expect of a study: variance components in closed form, without simulation."""

from __future__ import annotations

import math
from statistics import NormalDist

from scipy.special import owens_t

from studies.statistics.errors import StatisticsError
from studies.statistics.power.roe_metz import RoeMetz
from studies.statistics.power.sizing import PilotComponents

NORMAL = NormalDist()


def expected_components(model: RoeMetz, negatives: int, positives: int) -> PilotComponents:
    """Return the variance components of reader AUCs that a model of one modality implies.

    An AUC is a mean of 1[positive above negative] over pairs of cases. Two such terms share a reader, a negative,
    a positive, or several of them; the mean of their product is the chance that two correlated normals both lie
    below the same point: Phi2(z, z; r) = Phi(z) - 2 T(z, sqrt((1 - r) / (1 + r))) with Owen's T, where r is the
    part of the variance that they share. The eight means add up to the variance of one reader's AUC and to the
    covariance of two readers' on the same cases.

    Source: Gallas, Acad. Radiol. 13 (2006) 353 (moments M1 to M8); Roe and Metz, Acad. Radiol. 4 (1997) 298;
    Owen, Ann. Math. Stat. 27 (1956) 1075.

    Args:
        model: of one modality.
        negatives: number of negative cases, at least 1.
        positives: number of positive cases, at least 1.

    Raises:
        StatisticsError: for two modalities, or a class without cases.
    """
    if len(model.means) != 1 or min(negatives, positives) < 1:
        raise StatisticsError(
            f"got {len(model.means)} modalities, {negatives} and {positives} cases, "
            "expected 1 modality and at least 1 case of each class"
        )
    (auc,) = model.auc.values()
    both = (model.shared, model.modality)
    reader, case, whole = (sum(getattr(part, name) for part in both) for name in ("reader", "case", "total"))
    one_reader = _mean_product(
        auc, (1.0, (whole + reader) / (2 * whole), reader / whole), negatives=negatives, positives=positives
    )
    two_readers = _mean_product(
        auc, (case / whole, case / (2 * whole), 0.0), negatives=negatives, positives=positives
    )
    between = _both_below(auc, reader / whole) - auc**2
    covariance = two_readers - auc**2
    return PilotComponents(
        reader=between,
        modality_reader=0.0,
        var=one_reader - auc**2 - between,
        cov1=0.0,
        cov2=covariance,
        cov3=covariance,
        cases=negatives + positives,
    )


def _mean_product(auc: float, shared: tuple[float, float, float], *, negatives: int, positives: int) -> float:
    """Return the mean of the product of two readers' AUCs (or of one's with itself).

    Args:
        auc: of the model.
        shared: correlation of two terms with both cases, one case, and no case in common.
        negatives: number of negative cases; `positives`: of positive ones.
        positives: see above.
    """
    both, one, none = (_both_below(auc, part) for part in shared)
    others = (negatives - 1) + (positives - 1)
    return (both + others * one + (negatives - 1) * (positives - 1) * none) / (negatives * positives)


def _both_below(auc: float, correlation: float) -> float:
    if not 0 < auc < 1:
        return auc
    z = NORMAL.inv_cdf(auc)
    slope = math.sqrt((1 - correlation) / (1 + correlation))
    return auc - 2 * float(owens_t(z, slope))

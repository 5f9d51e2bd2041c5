from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mambo_engine.errors import DataError
from mambo_engine.evaluation.labels_read import labels_read


class Bright:
    """Reads `density` off the mean of a picture, and has a field that nobody asks for."""

    fields = {"density": ("A", "B"), "view": ("CC", "MLO")}

    def read(self, images):
        share = np.array([float(image.mean() > 0.1) for image in images])
        return {name: np.stack([1 - share, share], axis=1) for name in self.fields}


@pytest.fixture
def labeled(pictures):
    found = pictures(6)
    images = np.stack([image * (0.2 if number < 3 else 1.0) for number, image in enumerate(found.images)])
    labels = tuple({"density": "A" if number < 3 else "B", "view": "other"} for number in range(6))
    return replace(found, images=images.astype(np.float32), labels=labels)


def test_labels_read_as_asked_stand_beside_those_of_real_pictures(labeled) -> None:
    swapped = replace(labeled, labels=tuple(reversed(labeled.labels)))
    (found,) = labels_read(Bright(), swapped, labeled)
    assert found.generated.accuracy.estimate == 0
    assert found.real is not None
    assert found.real.accuracy.estimate == 1
    plain = found.to_mapping()
    assert plain["generated"]["counts"] == [[0, 3], [3, 0]]
    assert plain["real"]["kappa"]["value"] == 1


def test_real_pictures_without_labels_give_no_second_column(labeled) -> None:
    (found,) = labels_read(Bright(), labeled, replace(labeled, labels=()))
    assert found.real is None
    assert "real" not in found.to_mapping()


def test_pictures_without_labels_give_no_rows(labeled) -> None:
    assert labels_read(Bright(), replace(labeled, labels=()), labeled) == ()


def test_another_number_of_labels_is_refused(labeled) -> None:
    with pytest.raises(DataError, match="5 labels of 6 pictures"):
        replace(labeled, labels=labeled.labels[:5])

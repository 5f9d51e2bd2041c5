"""Each reader's curve of a frame."""

import json

import pandas as pd

from studies.statistics.roc import reader_rocs


def test_reader_of_one_class_has_a_word_in_place_of_a_curve():
    frame = pd.DataFrame(
        {"reader": ["a", "a", "b", "b"], "truth": [True, False, True, True], "rating": [2, 1, 3, None]}
    )
    one, two = reader_rocs(frame)
    assert (one.reader, one.auc.auc, one.curve.auc) == ("a", 1, 1)
    assert (two.curve, two.note) == (None, "no curve: ratings of one class only")
    json.dumps([one.to_dict(), two.to_dict()], allow_nan=False)


def test_readers_are_split_by_modality_where_there_is_one():
    frame = pd.DataFrame(
        {"reader": ["a"] * 4, "modality": ["x", "x", "y", "y"], "truth": [True, False] * 2, "rating": [1, 0, 0, 1]}
    )
    assert [(found.modality, found.auc.auc) for found in reader_rocs(frame)] == [("x", 1), ("y", 0)]

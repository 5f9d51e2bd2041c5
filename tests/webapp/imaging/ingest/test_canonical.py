"""Stored values become canonical values exactly, and windows go with them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.pixels import apply_modality_lut, apply_voi_lut

from webapp.imaging.ingest.canonical import StoredFormat, canonical_table, canonical_values, canonical_window
from webapp.imaging.ingest.source import LookupTable, Window
from webapp.imaging.ingest.voi import table_gray, window_gray

formats = st.builds(
    StoredFormat,
    bits=st.sampled_from([8, 10, 12]),
    signed=st.booleans(),
    slope=st.sampled_from([1.0, -1.0, 2.0, 0.5]),
    intercept=st.sampled_from([0.0, -1024.0, 7.0]),
    inverted=st.booleans(),
)
windows = st.builds(
    Window,
    center=st.integers(-500, 3000).map(float),
    width=st.integers(2, 3000).map(float),
    function=st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"]),
)


def every_stored_value(form):
    return np.arange(form.lowest, form.lowest + form.top + 1, dtype=np.int32).reshape(1, -1)


@given(formats)
def test_canonical_values_keep_every_value_apart(form):
    values = canonical_values(every_stored_value(form), form)
    assert sorted(values.ravel()) == list(range(form.top + 1))


@given(formats, windows)
def test_windows_show_the_same_gray_after_the_turn(form, window):
    stored = every_stored_value(form)
    shown = window_gray(stored * form.slope + form.intercept, window)
    shown = 1 - shown if form.inverted else shown
    carried = window_gray(canonical_values(stored, form), canonical_window(window, form))
    np.testing.assert_allclose(carried, shown, atol=1e-9)


def test_monochrome1_window_centers_follow_the_worked_formulas():
    form = StoredFormat(bits=12, inverted=True)
    assert canonical_window(Window(1000, 400), form).center == 4096 - 1000
    assert canonical_window(Window(1000, 400, "LINEAR_EXACT"), form).center == 4095 - 1000
    assert canonical_window(Window(1000, 400, "SIGMOID"), form).center == 4095 - 1000


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("slope", [1.0, -1.0])
def test_tables_show_the_same_gray_after_the_turn(slope, inverted):
    form = StoredFormat(bits=10, slope=slope, intercept=20.0, inverted=inverted)
    table = LookupTable(100, tuple(range(0, 4096, 8)), 12)
    stored = every_stored_value(form)
    shown = table_gray(np.rint(stored * slope + 20), table)
    carried = table_gray(canonical_values(stored, form), canonical_table(table, form))
    np.testing.assert_allclose(carried, 1 - shown if inverted else shown, atol=1e-12)


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_window_gray_agrees_with_pydicom(function):
    dataset = Dataset()
    dataset.PhotometricInterpretation, dataset.BitsStored, dataset.PixelRepresentation = "MONOCHROME2", 12, 0
    dataset.WindowCenter, dataset.WindowWidth, dataset.VOILUTFunction = 2000, 900, function
    values = np.arange(4096, dtype=np.uint16)
    theirs = apply_voi_lut(apply_modality_lut(values, dataset), dataset) / 4095
    np.testing.assert_allclose(window_gray(values, Window(2000, 900, function)), theirs, atol=1e-9)


@pytest.mark.parametrize("inverted", [False, True])
def test_padding_becomes_air_before_the_turn(inverted):
    stored = np.array([[0, 5, 30, 31, 4095]], np.uint16)
    values = canonical_values(stored, StoredFormat(bits=12, inverted=inverted), padding=(0, 30))
    assert values.tolist() == [[0, 0, 0, 4064, 0]] if inverted else [[0, 0, 0, 31, 4095]]


def test_window_of_width_1_is_a_step():
    assert window_gray([99, 100], Window(100, 1)).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("window", [(1, 0, "LINEAR"), (1, 0.5, "LINEAR"), (1, -2, "SIGMOID"), (1, 5, "CUBIC")])
def test_window_refuses_what_the_standard_forbids(window):
    with pytest.raises(ValueError, match="expected"):
        Window(*window)

"""The table beside the pictures."""

import pytest

from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.labels import checked_labels, read_labels


def test_rows_by_file_name():
    rows = read_labels("file,birads,density,view\na.png,4,C,MLO\nb.png,1,,CC\n")
    assert rows["a.png"]["density"] == "C"
    assert checked_labels(rows["b.png"], "b.png") == {
        "birads": "1", "density": "", "view": "CC", "laterality": "", "pixel_spacing_mm": "",
    }  # fmt: skip


def test_a_table_without_file_column_is_refused():
    with pytest.raises(IngestError, match="no column 'file', only name, birads"):
        read_labels("name,birads\na.png,4\n")


def test_unknown_values_name_the_choices():
    with pytest.raises(IngestError, match=r"its density is given as 'Z'\. Expected one of A, B, C, D"):
        checked_labels({"density": "Z"}, "a.png")

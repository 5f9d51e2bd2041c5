"""One door: orientation by tissue, labels beside the file, the real files of the shared data."""

import numpy as np
import pytest

from tests.webapp.imaging.drawing import draw_breast, png_bytes
from webapp.imaging.ingest.breast import breast_mask
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.read import read_source
from webapp.imaging.ingest.voi import table_gray, window_gray


@pytest.mark.parametrize("turn", [lambda p: p, lambda p: p[:, ::-1], lambda p: p.T, lambda p: p.T[::-1]])
def test_tissue_tells_the_chest_wall(turn):
    pixels = draw_breast()
    read = read_source(png_bytes(np.ascontiguousarray(turn(pixels))), "a.png").pixels
    np.testing.assert_array_equal(read, pixels)


def test_labels_fill_what_the_file_does_not_say():
    labels = {"view": "mlo", "laterality": "L", "pixel_spacing_mm": "0.07"}
    source = read_source(png_bytes(draw_breast()), "a.png", labels)
    assert (source.view, source.laterality, source.spacing_mm, source.spacing_kind) == (
        "MLO",
        "L",
        (0.07, 0.07),
        "declared",
    )


@pytest.mark.parametrize(
    "labels", [{"birads": "9"}, {"density": "E"}, {"view": "ML"}, {"pixel_spacing_mm": "seven"}]
)
def test_a_wrong_label_is_refused_by_field(labels):
    with pytest.raises(IngestError, match=next(iter(labels))):
        read_source(png_bytes(draw_breast()), "a.png", labels)


@pytest.mark.parametrize("data", [b"", png_bytes(np.full((100, 100), 7, np.uint8))])
def test_nothing_to_see_is_refused(data):
    with pytest.raises(IngestError, match=r"a\.png was not added"):
        read_source(data, "a.png")


def test_no_window_means_percentiles_of_the_breast():
    pixels = draw_breast()
    window = read_source(png_bytes(pixels), "a.png").window
    low, high = np.percentile(pixels[breast_mask(pixels) & (pixels > 0)], [1, 99])
    assert window.center == pytest.approx((low + high) / 2, abs=0.1)


def test_real_ge_mammogram(ge_dicom):
    source = read_source(ge_dicom.read_bytes(), ge_dicom.name)
    assert (source.rows, source.columns, source.bits) == (3062, 2394, 12)
    assert (source.laterality, source.view, source.spacing_kind) == ("R", "MLO", "detector plane")
    assert source.spacing_mm == pytest.approx((0.0940909, 0.0940909), abs=1e-6)
    assert [(p.name, p.window.center, p.window.width) for p in source.presets] == [
        ("NORMAL", 2653, 900), ("HARDER", 2713, 750), ("SOFTER", 2569, 1050),
    ]  # fmt: skip
    assert source.pixels[:, :200].mean() > 10 * source.pixels[:, -200:].mean() + 1
    breast = source.pixels[source.pixels > 1000]
    for preset in source.presets:  # the file's table and its sigmoid say the same
        gap = np.abs(table_gray(breast, preset.table) - window_gray(breast, preset.window)).mean()
        assert gap * 4095 < 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Hologic_DBT_4frame_noise_J2K.dcm", "4 frames"),
        ("NEMA_WG04_MG1_JPLY.dcm", "JPEG Extended"),
        ("openREM_MG-Im-GE_Seno_1_ForPresentation.dcm", "1 × 2 pixels"),
        ("openREM_MG-Im-GE_Seno_1_ForProcessing.dcm", "For Processing"),
        ("openREM_MG-Im-Hologic-PropProj.dcm", "no pixel data"),
    ],
)
def test_real_files_that_must_be_refused(shared_data, name, words):
    with pytest.raises(IngestError) as caught:
        read_source((shared_data / "dicom" / name).read_bytes(), name)
    assert words in str(caught.value)


def test_real_spacing_is_the_calibrated_one(shared_data):
    name = "Clunie_MG_PixelSpacingTest.dcm"
    source = read_source((shared_data / "dicom" / name).read_bytes(), name)
    assert (source.spacing_mm, source.spacing_kind) == ((0.25, 0.25), "calibrated")


def test_real_16_bit_files_keep_their_bits(shared_data):
    left, right = (read_source((shared_data / "nyu16" / f"1_{side}_CC.png").read_bytes(), side) for side in "LR")
    assert len(np.unique(left.pixels)) > 2_000  # far beyond the 256 of a silent fall to 8 bits
    assert left.header["Shown"] == "as stored"
    assert right.header["Shown"].startswith("mirrored")


@pytest.mark.parametrize("folder", ["mias", "cesm/images"])
def test_real_film_and_contrast_pictures_hang_left(shared_data, folder):
    for path in sorted((shared_data / folder).iterdir())[3:60:8]:
        if path.suffix not in {".png", ".jpg"}:
            continue
        mask = breast_mask(read_source(path.read_bytes(), path.name).pixels)
        columns = np.flatnonzero(mask.any(axis=0))
        middle = (columns[0] + columns[-1]) // 2
        assert mask[:, :middle].sum() > mask[:, middle:].sum(), path.name

"""A name in a file, wherever it stands, comes out nowhere: rows, packs, pages, logs."""

from __future__ import annotations

import io

import pytest
from django.apps import apps
from django.urls import reverse
from PIL import Image as PillowImage
from PIL.PngImagePlugin import PngInfo
from pydicom.dataset import Dataset

from tests.webapp.imaging.conftest import pack_files
from tests.webapp.imaging.drawing import dicom_bytes, dicom_dataset, draw_breast
from webapp.imaging.services import image_ingest

CANARY = "CANARYNAME"


def canary_dicom() -> bytes:
    """Names in every kind of place: plain elements, private tags, nested sequences, unknown groups, comments."""
    item, inner = Dataset(), Dataset()
    inner.PatientName = f"{CANARY}^SEVEN"
    inner.TextValue = f"{CANARY} EIGHT"
    inner.private_block(0x0019, f"{CANARY} CREATOR", create=True).add_new(0x01, "LO", f"{CANARY} NINE")
    item.CodeMeaning = f"{CANARY} SIX"
    item.ContentSequence = [inner]
    elements = {
        "PatientName": f"{CANARY}^ONE", "PatientID": CANARY,
        "DetectorType": CANARY, "PartialView": CANARY, "FilterMaterial": CANARY,
        "OtherPatientNames": CANARY, "PatientComments": CANARY,
        "ReferringPhysicianName": CANARY, "InstitutionName": CANARY, "StationName": CANARY, "ProtocolName": CANARY,
        "SeriesDescription": CANARY, "ImageComments": CANARY, "DerivationDescription": CANARY,
        "AcquisitionContextSequence": [item], "RequestAttributesSequence": [item], "ViewCodeSequence": [item],
    }  # fmt: skip
    dataset = dicom_dataset(draw_breast(), **elements)
    block = dataset.private_block(0x0029, "ACME PRIVATE", create=True)
    block.add_new(0x01, "LO", f"{CANARY} TWO")
    block.add_new(0x02, "SQ", [item])
    block.add_new(0x03, "UN", f"{CANARY} THREE".encode())
    dataset.add_new(0x60000022, "LO", f"{CANARY} FOUR")
    dataset.add_new(0x60004000, "LT", f"{CANARY} FIVE")
    dataset.add_new("KVP", "LO", CANARY)  # an allowed element of another kind
    # Allowed elements with what does not belong there: too long, or control characters.
    dataset.Manufacturer = f"{CANARY} " * 9
    dataset.ManufacturerModelName = f"X\x1b{CANARY}"
    dataset.file_meta.SourceApplicationEntityTitle = CANARY
    dataset.file_meta.PrivateInformationCreatorUID = "1.2.3"
    dataset.file_meta.PrivateInformation = CANARY.encode()
    return dicom_bytes(dataset)


def canary_pictures() -> list[bytes]:
    """The same in the comments of pictures."""
    picture, files = PillowImage.fromarray((draw_breast() >> 4).astype("u1")), []
    text = PngInfo()
    text.add_text("Author", CANARY)
    text.add_itxt("XML:com.adobe.xmp", f"<x>{CANARY}</x>")
    exif = PillowImage.Exif()
    exif[0x013B], exif[0x010E] = CANARY, CANARY
    for kind, options in [
        ("PNG", {"pnginfo": text, "exif": exif}),
        ("TIFF", {"description": CANARY, "artist": CANARY}),
        ("JPEG", {"comment": CANARY.encode(), "exif": exif, "quality": 95}),
    ]:
        sink = io.BytesIO()
        picture.save(sink, kind, **options)
        files.append(sink.getvalue())
    files.append(b"P5\n# " + CANARY.encode() + b"\n144 192\n255\n" + picture.tobytes())
    return files


@pytest.mark.django_db
@pytest.mark.parametrize("data", [canary_dicom(), *canary_pictures()], ids=["dicom", "png", "tiff", "jpeg", "pgm"])
def test_a_canary_in_the_file_appears_nowhere(data, packs, client, people, caplog):
    assert CANARY.encode() in data or CANARY.encode("utf-16-le") in data
    image = image_ingest(io.BytesIO(data), name="a.bin", created_by=None)
    rows = [row for model in apps.get_models() for row in model.objects.values()]
    assert CANARY not in repr(rows)
    assert all(CANARY.encode() not in path.read_bytes() for path in pack_files(packs))
    assert CANARY not in caplog.text
    client.force_login(people["admin"])
    for name, arguments in [
        ("library", []),
        ("image", [image.token]),
        ("png", [image.token]),
        ("thumb", [image.token]),
    ]:
        answer = client.get(reverse(f"imaging:{name}", args=arguments))
        assert answer.status_code == 200
        assert CANARY.encode() not in answer.content

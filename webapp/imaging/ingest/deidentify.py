"""What may be kept of a DICOM header: an allow-list of facts about the machine and the exposure.

Everything else is left behind: names, numbers, dates, times, UIDs, free text and private elements.
"""

from __future__ import annotations

from typing import Any

MAX_LENGTH = 64
WORDS = {"00": "no", "01": "yes", "NO": "no", "YES": "yes"}
ALLOWED = {
    "Manufacturer": "Manufacturer",
    "ManufacturerModelName": "Model",
    "DetectorType": "Detector",
    "PresentationIntentType": "Intent",
    "PhotometricInterpretation": "Photometric interpretation",
    "KVP": "Tube voltage, kV",
    "ExposureInuAs": "Exposure, µAs",
    "AnodeTargetMaterial": "Anode",
    "FilterMaterial": "Filter",
    "BodyPartThickness": "Compressed thickness, mm",
    "CompressionForce": "Compression force, N",
    "PartialView": "Partial view",
    "BreastImplantPresent": "Implant",
    "BurnedInAnnotation": "Burned-in annotation",
    "LossyImageCompression": "Lossy compression",
}


def header_facts(dataset: Any) -> dict[str, str]:
    """Return the facts of a DICOM data set that may be kept, by their shown names.

    Args:
        dataset: anything with `get(keyword)`, such as `pydicom.Dataset`.
    """
    facts: dict[str, str] = {}
    for keyword, label in ALLOWED.items():
        value = dataset.get(keyword)
        text = "" if value is None else " ".join(str(value).split())
        if text and len(text) <= MAX_LENGTH and text.isprintable():
            facts[label] = WORDS.get(text, text)
    return facts

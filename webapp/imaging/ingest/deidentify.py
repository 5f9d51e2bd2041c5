"""What may be kept of a DICOM header: an allow-list of facts about the machine and the exposure.

Everything else is left behind: names, numbers, dates, times, UIDs, free text and private elements.
"""

from __future__ import annotations

import math
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
YES_NO = frozenset({"YES", "NO"})
METALS = frozenset({
    "ALUMINUM", "COPPER", "LEAD", "MOLYBDENUM", "NIOBIUM", "RHODIUM", "SILVER", "TITANIUM", "TUNGSTEN",
    "ZIRCONIUM",
})  # fmt: skip
# Source: DICOM PS3.3, defined terms of each attribute. Another word is not known to be safe, so it is dropped.
TERMS = {
    "DetectorType": frozenset({"DIRECT", "SCINTILLATOR", "STORAGE", "FILM"}),
    "PresentationIntentType": frozenset({"FOR PRESENTATION", "FOR PROCESSING"}),
    "PhotometricInterpretation": frozenset({"MONOCHROME1", "MONOCHROME2"}),
    "AnodeTargetMaterial": METALS,
    "FilterMaterial": METALS,
    "PartialView": YES_NO,
    "BreastImplantPresent": YES_NO,
    "BurnedInAnnotation": YES_NO,
    "LossyImageCompression": frozenset({"00", "01"}),
}
NUMBERS = {"KVP", "ExposureInuAs", "BodyPartThickness", "CompressionForce"}


def header_facts(dataset: Any) -> dict[str, str]:
    """Return the facts of a DICOM data set that may be kept, by their shown names.

    Args:
        dataset: anything with `get(keyword)`, such as `pydicom.Dataset`.
    """
    facts: dict[str, str] = {}
    for keyword, label in ALLOWED.items():
        value = dataset.get(keyword)
        text = "" if value is None else " ".join(str(value).split())
        if text and len(text) <= MAX_LENGTH and text.isprintable() and _known(keyword, text):
            facts[label] = WORDS.get(text, text)
    return facts


def _known(keyword: str, text: str) -> bool:
    """Tell whether a value is of the kind that its element holds; a misplaced name is not."""
    if keyword in NUMBERS:
        try:
            return math.isfinite(float(text))
        except ValueError:
            return False
    return keyword not in TERMS or text in TERMS[keyword]

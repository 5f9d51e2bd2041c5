"""A drawn breast: enough of a mammogram for tests of files and tiles, and no picture of anybody."""

from __future__ import annotations

import io

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid


def draw_breast(rows: int = 192, columns: int = 144, *, bits: int = 12, seed: int = 1) -> np.ndarray:
    """Return uint16 (rows, columns): half an ellipse at the left edge, textured, on exact air."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns]
    radius = np.hypot((y - rows / 2) / (rows * 0.42), x / (columns * 0.7))
    coarse = random.normal(size=(rows // 8 + 1, columns // 8 + 1))
    texture = np.kron(coarse, np.ones((8, 8)))[:rows, :columns]
    values = (0.45 + 0.08 * texture + 0.02 * random.normal(size=(rows, columns))) * np.clip(1.3 - radius, 0.3, 1)
    top = (1 << bits) - 1
    return np.where(radius < 1, np.clip(values * top, top * 0.05, top), 0).astype(np.uint16)


def png_bytes(pixels: np.ndarray) -> bytes:
    """Return a PNG of 8 or 16 bits."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def dicom_dataset(pixels: np.ndarray, *, bits: int = 12, **elements: object) -> Dataset:
    """Return an uncompressed mammogram For Presentation; `elements` replace or add, None takes one away."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.2"
    dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID
    dataset.Modality = "MG"
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.SamplesPerPixel = 1
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated = 16
    dataset.BitsStored, dataset.HighBit = bits, bits - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.astype("<i2" if pixels.dtype.kind == "i" else "<u2").tobytes()
    dataset["PixelData"].VR = "OW"
    dataset.ImageLaterality = "R"
    dataset.ViewPosition = "CC"
    dataset.PatientOrientation = ["A", "L"]
    for keyword, value in elements.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    return dataset


def dicom_bytes(dataset: Dataset) -> bytes:
    """Return the file of a data set."""
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()

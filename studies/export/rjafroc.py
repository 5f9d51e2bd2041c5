"""Ratings as a workbook that RJafroc reads: sheets TRUTH, FP and TP of its ROC format."""

from __future__ import annotations

import datetime
import io
import re

import pandas as pd
from openpyxl import Workbook

from studies.export.zip_file import zip_again

FIXED = datetime.datetime(1980, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
TRUTH = ("CaseID", "LesionID", "Weight", "ReaderID", "ModalityID", "Paradigm")
FP = ("ReaderID", "ModalityID", "CaseID", "FP_Rating")
TP = ("ReaderID", "ModalityID", "CaseID", "LesionID", "TP_Rating")


def rjafroc_workbook(table: pd.DataFrame) -> bytes:
    """Return the workbook for `DfReadDataFile(file, newExcelFileFormat = TRUE)`.

    RJafroc names cases, readers and modalities by whole numbers; a fourth sheet, WORDS, tells which is which. Its
    name sorts behind the three that RJafroc takes. Marks are not in it: without reference lesions there is no FROC
    data.

    Source: RJafroc, ROC data format (factorial design).

    Args:
        table: one row per reading: `reader`, `case`, `truth` (bool), `rating`, and where there are several
            `modality`.

    Raises:
        ValueError: where a rating is missing: the factorial format has no holes.
    """
    full = table if "modality" in table else table.assign(modality="study")
    readers, cases, modalities = (
        sorted(full[name].astype(str).unique()) for name in ("reader", "case", "modality")
    )
    expected = len(readers) * len(cases) * len(modalities)
    rated = full[full["rating"].notna()]
    if len(rated) != expected:
        raise ValueError(
            f"got {len(rated)} ratings, expected {expected}: RJafroc's factorial format needs every reader, case "
            "and modality; take the .imrmc file instead"
        )
    numbers = {
        "case": {case: number for number, case in enumerate(cases, 1)},
        "reader": {reader: number for number, reader in enumerate(readers)},
        "modality": {modality: number for number, modality in enumerate(modalities)},
    }
    book = Workbook()
    book.remove(book.active)
    book.properties.created = FIXED
    _truth_sheet(book, full, numbers)
    _rating_sheets(book, rated, numbers)
    words = book.create_sheet("WORDS")
    words.append(("kind", "number", "name"))
    for kind, known in numbers.items():
        for name, number in known.items():
            words.append((kind, number, name))
    buffer = io.BytesIO()
    book.save(buffer)
    return zip_again(buffer.getvalue(), change=_without_time)


def _without_time(name: str, content: bytes) -> bytes:
    """Replace the time of writing, which the library puts in."""
    if name != "docProps/core.xml":
        return content
    return _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", content)


def _truth_sheet(book: Workbook, full: pd.DataFrame, numbers: dict[str, dict[str, int]]) -> None:
    sheet = book.create_sheet("TRUTH")
    sheet.append(TRUTH)
    readers = ", ".join(str(number) for number in numbers["reader"].values())
    modalities = ", ".join(str(number) for number in numbers["modality"].values())
    paradigm = ["ROC", "FCTRL"]
    truths = full.groupby("case", sort=True)["truth"].first()
    for row, (case, truth) in enumerate(truths.items()):
        word = paradigm[row] if row < len(paradigm) else None
        sheet.append((numbers["case"][str(case)], int(truth), 0, readers, modalities, word))


def _rating_sheets(book: Workbook, rated: pd.DataFrame, numbers: dict[str, dict[str, int]]) -> None:
    false, true = book.create_sheet("FP"), book.create_sheet("TP")
    false.append(FP)
    true.append(TP)
    ordered = rated.sort_values(["modality", "reader", "case"], kind="stable")
    columns = ["reader", "modality", "case", "truth", "rating"]
    for reader, modality, case, truth, rating in ordered[columns].itertuples(index=False):
        who = (str(numbers["reader"][str(reader)]), str(numbers["modality"][str(modality)]))
        number = numbers["case"][str(case)]
        if truth:
            true.append((*who, number, 1, float(rating)))
        else:
            false.append((*who, number, float(rating)))

"""Files for other programs, parsed back by readers of their own that know only the published layouts."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import zipfile

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from statsmodels.stats.proportion import proportion_confint

from studies.export.coco import area, coco, outline_of
from studies.export.imrmc import imrmc_lines
from studies.export.r_folder import r_folder
from studies.export.rjafroc import rjafroc_workbook
from studies.export.ro_crate import crate_metadata
from studies.export.zip_file import manifest, zip_bytes
from studies.statistics.mrmc import u_statistics
from tests.studies.export.r_program import run_r


def table(readers=3, cases=8, modalities=("A", "B")):
    rng = np.random.default_rng(5)
    rows = [
        {"reader": f"r{r}", "case": f"c{c}", "modality": m, "truth": c % 2 == 0, "rating": rng.integers(-3, 4)}
        for m in modalities for r in range(readers) for c in range(cases)
    ]  # fmt: skip
    return pd.DataFrame(rows).assign(answer=lambda rows: rows["rating"] > 0)


def read_imrmc(text):
    """Read an `.imrmc` file knowing only its manual: front matter, BEGIN DATA, truth rows, then ratings."""
    head, _, body = text.partition("BEGIN DATA:\n")
    sizes = {key: int(value) for key, value in re.findall(r"^(N0|N1|NR|NM):\s*(\d+)", head, re.MULTILINE)}
    rows = [line.split(",") for line in body.splitlines()]
    truth = {case: score == "1" for reader, case, _, score in rows if reader == "truth"}
    read = [
        {"reader": reader, "case": case, "modality": modality, "truth": truth[case], "rating": float(score)}
        for reader, case, modality, score in rows if reader != "truth"
    ]  # fmt: skip
    return sizes, pd.DataFrame(read)


def same_rows(one, two):
    columns = ["modality", "reader", "case"]
    pd.testing.assert_frame_equal(
        one.sort_values(columns)[[*columns, "truth", "rating"]].reset_index(drop=True),
        two.sort_values(columns)[[*columns, "truth", "rating"]].reset_index(drop=True),
        check_dtype=False,
    )


def test_imrmc_file_reads_back_to_the_same_table():
    sizes, found = read_imrmc("".join(imrmc_lines(table(), title="Two\nlines")))
    assert sizes == {"N0": 4, "N1": 4, "NR": 3, "NM": 2}
    same_rows(found, table())


def test_published_file_and_ours_have_one_layout(shared_data):
    folder = shared_data / "readers" / "iMRMC"
    _, theirs = read_imrmc((folder / "input.imrmc").read_text())
    ours = "".join(imrmc_lines(theirs, title="again"))
    sizes, again = read_imrmc(ours)
    same_rows(theirs, again)
    assert sizes == {"N0": 40, "N1": 40, "NR": 5, "NM": 2}
    area_a = u_statistics(again).modalities["testA"].estimate
    assert area_a == pytest.approx(0.704375, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"rating": None}, "got no rating"), ({"reader": "a,b"}, "expected a name without comma")],
)
def test_imrmc_refuses_what_it_can_not_hold(change, message):
    with pytest.raises(ValueError, match=message):
        list(imrmc_lines(table().assign(**change), title="x"))


def test_r_folder_holds_what_its_script_asks_for_and_the_table_can_be_computed_again():
    files = r_folder(table(modalities=("study",)), title="Study")
    script = files["analysis.R"].decode()
    assert set(re.findall(r'"([\w.]+\.(?:csv|xlsx))"', script)) <= set(files)
    rows = list(csv.DictReader(io.StringIO(files["readings.csv"].decode())))
    assert set(re.findall(r"(?:readings|rows|rated|cases)\$(\w+)", script)) <= {*rows[0], "score"}  # its own
    given = list(csv.DictReader(io.StringIO(files["table.csv"].decode())))
    named = set(re.findall(r"\b(\w+) = (?:tp|fp|fn|tn|2|\(tp|limits)", script))
    assert named <= set(given[0])
    assert [row["reader"] for row in given] == ["r0", "r1", "r2", "Overall"]
    for line in given:
        own = [row for row in rows if line["reader"] in (row["reader"], "Overall")]
        right = sum(row["truth"] == row["answer"] for row in own)
        lower, upper = proportion_confint(right, len(own), method="wilson")
        assert float(line["accuracy"]) == pytest.approx(right / len(own), abs=1e-12)
        assert [float(line["accuracy_lower"]), float(line["accuracy_upper"])] == pytest.approx(
            [lower, upper], abs=1e-9
        )
        said = sum(row["answer"] == "1" for row in own)
        hits = sum(row["answer"] == "1" and row["truth"] == "1" for row in own)
        assert float(line["precision"]) == pytest.approx(hits / said, abs=1e-12)


def test_r_script_has_balanced_brackets():
    script = r_folder(table(), title="Study")["analysis.R"].decode()
    code = re.sub(r'"[^"]*"', '""', re.sub(r"#.*", "", script))
    for opened, closed in ("()", "{}", "[]"):
        assert code.count(opened) == code.count(closed)


def one_class_only(full):
    return full[(full["reader"] != "r0") | full["truth"]]


R_TABLES = {
    "two modalities": (table(readers=4, cases=20), 8),
    "holes": (table(readers=4, cases=20, modalities=("study",)).sample(60, random_state=2), 4),
    "a reader of one class": (one_class_only(table(readers=4, cases=20, modalities=("study",))), 4),
    "no ratings": (table(readers=3, cases=20, modalities=("study",)).drop(columns="rating"), 3),
    "one reader": (table(readers=1, cases=20, modalities=("study",)), 0),
}


@pytest.mark.parametrize("name", list(R_TABLES))
def test_r_computes_the_same_tables_with_base_r_alone(name, tmp_path):
    full, overall = R_TABLES[name]
    files = r_folder(full, title="Study")
    assert len(files["overall.csv"].decode().splitlines()) == overall + 1
    code, said = run_r(files, tmp_path)
    assert code == 0, said
    assert "largest difference from table.csv" in said
    assert ("largest difference from overall.csv" in said) == (overall > 0)


@pytest.mark.parametrize("name", ["table.csv", "overall.csv"])
def test_r_script_stops_when_a_number_differs(name, tmp_path):
    files = r_folder(table(readers=4, cases=20), title="Study")
    *head, last = files[name].decode().rstrip("\n").split(",")
    files[name] = ",".join([*head, str(float(last) + 1e-6)]).encode() + b"\n"
    code, said = run_r(files, tmp_path)
    assert code != 0
    assert "1e-09 is not TRUE" in said


def test_workbook_is_rjafrocs_roc_layout():
    content = rjafroc_workbook(table())
    book = load_workbook(io.BytesIO(content))
    assert sorted(book.sheetnames)[:3] == ["FP", "TP", "TRUTH"]  # RJafroc takes the first three by name
    truth = list(book["TRUTH"].values)
    assert truth[0] == ("CaseID", "LesionID", "Weight", "ReaderID", "ModalityID", "Paradigm")
    assert [row[5] for row in truth[1:4]] == ["ROC", "FCTRL", None]
    assert {row[3] for row in truth[1:]} == {"0, 1, 2"}
    assert {row[4] for row in truth[1:]} == {"0, 1"}
    names = {(kind, number): name for kind, number, name in list(book["WORDS"].values)[1:]}
    rows = []
    for sheet, is_positive in (("FP", False), ("TP", True)):
        for reader, modality, case, *_, rating in list(book[sheet].values)[1:]:
            rows.append(
                {
                    "reader": names["reader", int(reader)], "case": names["case", case], "truth": is_positive,
                    "modality": names["modality", int(modality)], "rating": rating,
                }
            )  # fmt: skip
    same_rows(pd.DataFrame(rows), table())


def test_workbook_is_the_same_bytes_when_made_twice():
    assert rjafroc_workbook(table()) == rjafroc_workbook(table())


def test_workbook_with_a_hole_is_refused():
    with pytest.raises(ValueError, match="got 47 ratings, expected 48"):
        rjafroc_workbook(table().iloc[1:])
    assert "rjafroc.xlsx" not in r_folder(table().iloc[1:], title="x")


MARKS = pd.DataFrame(
    [
        {"reader": "r1", "case": "c2", "finding": "mass", "shape": "ellipse", "x": 10.0, "y": 20.0, "width": 30.0,
         "height": 20.0, "points": None, "descriptors": {"shape": "oval"}},
        {"reader": "r1", "case": "c2", "finding": "calcification", "shape": "point", "x": 5.0, "y": 6.0,
         "width": 0.0, "height": 0.0, "points": None, "descriptors": None},
        {"reader": "r2", "case": "c1", "finding": "mass", "shape": "polygon", "x": 0.0, "y": 0.0, "width": 4.0,
         "height": 3.0, "points": [[0.0, 0.0], [4.0, 0.0], [0.0, 3.0]], "descriptors": None},
    ]
)  # fmt: skip


def test_coco_names_every_case_and_keeps_marks_with_their_readers():
    found = coco(
        MARKS, cases=["c2", "c1", "c3"], findings=["mass", "calcification"], size=(100, 80),
        readings={("r1", "c2"): {"birads": "4"}}, description="x",
    )  # fmt: skip
    assert [image["file_name"] for image in found["images"]] == ["c1.png", "c2.png", "c3.png"]
    ids = {image["id"] for image in found["images"]}
    assert {one["image_id"] for one in found["annotations"]} <= ids
    ellipse, point, polygon = found["annotations"]
    assert ellipse["attributes"] == {"reader": "r1", "shape": "oval", "birads": "4"} | {"shape": "oval"}
    assert ellipse["area"] == pytest.approx(np.pi * 15 * 10, rel=0.01)
    assert point["segmentation"] == []
    assert polygon["area"] == 6.0
    assert polygon["segmentation"] == [[0.0, 0.0, 4.0, 0.0, 0.0, 3.0]]
    json.dumps(found, allow_nan=False)


def test_outline_of_an_ellipse_stays_in_its_box():
    corners = np.array(outline_of(MARKS.iloc[0].to_dict()))
    assert corners.min(axis=0).tolist() == [10.0, 20.0]
    assert corners.max(axis=0).tolist() == [40.0, 40.0]
    assert area([(0, 0), (2, 0), (2, 2), (0, 2)]) == 4.0


def test_crate_names_every_file_with_its_checksum():
    files = {"a.csv": b"1\n", "report/b.html": b"<p>"}
    found = json.loads(
        crate_metadata(files, name="n", description="d", published="2026-01-01", facts={"head": "00"})
    )
    graph = {one["@id"]: one for one in found["@graph"]}
    assert graph["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    assert {part["@id"] for part in graph["./"]["hasPart"]} == set(files)
    lines = dict(reversed(line.split("  ")) for line in manifest(files).splitlines())
    assert {name: graph[name]["sha256"] for name in files} == lines
    assert graph["#head"]["value"] == "00"
    assert all(reference["@id"] in graph for reference in graph["./"]["identifier"])


def test_zip_is_the_same_bytes_and_tells_no_time():
    files = {"b": b"2", "a": b"1"}
    content = zip_bytes(files)
    assert content == zip_bytes(dict(reversed(files.items())))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["a", "b"]
        assert {datetime.datetime(*entry.date_time).year for entry in archive.infolist()} == {1980}

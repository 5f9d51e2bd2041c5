"""Small made trees in the published layouts, and the real subsets where they are present."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from mambo_engine.data.manifest import Manifest, ManifestRow
from mambo_engine.data.manifest_check import check_manifest
from mambo_engine.data.published import make_manifest
from mambo_engine.data.published.table import patient_splits
from mambo_engine.errors import DataError


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def by_name(rows: tuple[ManifestRow, ...]) -> dict[str, ManifestRow]:
    return {Path(row.path).name: row for row in rows}


def test_vindr_keeps_the_published_test_studies_and_strips_the_words(tmp_path: Path) -> None:
    (tmp_path / "breast-level_annotations.csv").write_text(
        "study_id,series_id,image_id,laterality,view_position,height,width,breast_birads,breast_density,split\n"
        "s1,x,i1,L,CC,3518,2800,BI-RADS 2,DENSITY C,training\n"
        "s1,x,i2,L,MLO,3518,2800,BI-RADS 2,DENSITY C,training\n"
        "s2,x,i3,R,CC,3518,2800,BI-RADS 5,DENSITY A,test\n"
        "s3,x,i4,R,CC,3518,2800,BI-RADS 1,DENSITY B,training\n"
    )
    (tmp_path / "metadata.csv").write_text(
        "SOP Instance UID,Manufacturer's Model Name\ni1,Mammomat Inspiration\ni2,Mammomat Inspiration\ni3,Other\n"
        "i4,Other\n"
    )
    touch(tmp_path, "images/s1/i1.dicom", "images/s1/i2.dicom", "images/s2/i3.dicom")
    made = make_manifest("vindr", tmp_path, folder=tmp_path, val=0.0)
    rows = by_name(made.rows)
    assert made.absent == 1
    assert rows["i1.dicom"].path == "images/s1/i1.dicom"
    assert rows["i1.dicom"].labels == {"birads": "2", "density": "C", "view": "CC"}
    assert [rows[f"{name}.dicom"].split for name in ("i1", "i2", "i3")] == ["train", "train", "test"]
    scanner = {"Manufacturer's Model Name": ["Mammomat Inspiration"]}
    assert set(by_name(make_manifest("vindr", tmp_path, folder=tmp_path, where=scanner).rows)) == {
        "i1.dicom",
        "i2.dicom",
    }


def test_rsna_takes_two_views_and_leaves_missing_labels_empty(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(
        "site_id,patient_id,image_id,laterality,view,age,cancer,biopsy,invasive,BIRADS,implant,density,machine_id,"
        "difficult_negative_case\n"
        "2,10006,462822612,L,CC,61.0,0,0,0,,0,,29,False\n"
        "1,10011,220375232,L,MLO,55.0,1,0,0,0.0,0,C,49,True\n"
        "1,10011,541722628,L,ML,55.0,1,0,0,0.0,0,C,49,True\n"
    )
    touch(tmp_path, *(f"train_images/{path}.dcm" for path in ("10006/462822612", "10011/220375232")))
    rows = by_name(make_manifest("rsna", tmp_path, folder=tmp_path).rows)
    assert rows["462822612.dcm"].labels == {"birads": "", "density": "", "view": "CC", "cancer": "0"}
    assert rows["220375232.dcm"].labels == {"birads": "0", "density": "C", "view": "MLO", "cancer": "1"}
    assert len(make_manifest("rsna", tmp_path, folder=tmp_path, where={"machine_id": ["49", "50"]}).rows) == 1


def test_inbreast_takes_the_patient_from_the_file_name(tmp_path: Path) -> None:
    root = tmp_path / "INbreast Release 1.0"
    names = ["1_aaa_MG_R_CC_ANON", "2_aaa_MG_L_ML_ANON", "3_bbb_MG_R_CC_ANON"]
    touch(root, *(f"AllDICOMs/{name}.dcm" for name in names))
    (root / "INbreast.csv").write_text(
        "Patient ID;Patient age;Laterality;View;Acquisition date;File Name;ACR;Bi-Rads;Mass\n"
        "removed;removed;R;CC;201001;1;4;4a;X\nremoved;removed;L;MLO;201001;2;2 ;1;\n"
        "removed;removed;R;CC;201001;3;;6;\n;;;;;;;;\n"
    )
    rows = by_name(make_manifest("inbreast", tmp_path, folder=tmp_path).rows)
    assert [rows[f"{name}.dcm"].patient for name in names] == ["aaa", "aaa", "bbb"]
    assert [rows[f"{name}.dcm"].labels for name in names] == [
        {"birads": "4", "density": "D", "view": "CC"},
        {"birads": "1", "density": "B", "view": "MLO"},
        {"birads": "6", "density": "", "view": "CC"},
    ]


def test_cbis_ddsm_merges_the_rows_of_one_film(tmp_path: Path) -> None:
    head = "patient_id,{},left or right breast,image view,abnormality id,assessment,pathology,image file path\n"
    (tmp_path / "mass_case_description_train_set.csv").write_text(
        head.format("breast_density")
        + "P_00001,3,LEFT,CC,1,4,MALIGNANT,Mass-Training_P_00001_LEFT_CC/1.3/1.4/000000.dcm\n"
        + "P_00001,3,LEFT,CC,2,3,BENIGN,Mass-Training_P_00001_LEFT_CC/1.3/1.4/000000.dcm\n"
        + "P_00002,1,RIGHT,MLO,1,5,BENIGN,Mass-Training_P_00002_RIGHT_MLO/1.3/1.4/000000.dcm\n"
    )
    (tmp_path / "calc_case_description_test_set.csv").write_text(
        head.format("breast density")
        + 'P_00002,1,RIGHT,MLO,1,5,BENIGN,"Calc-Test_P_00002_RIGHT_MLO/1.5/1.6/000000.dcm\n"\n'
    )
    series = "07-20-2016-DDSM-NA/1.000000-full mammogram images-1/1-1.dcm"
    cases = ["Mass-Training_P_00001_LEFT_CC", "Mass-Training_P_00002_RIGHT_MLO", "Calc-Test_P_00002_RIGHT_MLO"]
    touch(tmp_path / "manifest-1" / "CBIS-DDSM", *(f"{case}/{series}" for case in cases))
    touch(tmp_path / "manifest-1" / "CBIS-DDSM", f"Mass-Training_P_00001_LEFT_CC_1/{series}")
    made = make_manifest("cbis-ddsm", tmp_path, folder=tmp_path)
    labels = {row.patient: row.labels for row in made.rows}
    assert len(made.rows) == 2
    assert labels["P_00001"] == {"birads": "", "density": "C", "view": "CC", "pathology": "malignant"}
    assert labels["P_00002"] == {"birads": "5", "density": "A", "view": "MLO", "pathology": "benign"}
    assert all("_CC_1/" not in row.path for row in made.rows)


def test_cesm_drops_mixed_and_rare_categories_and_contrast_images(tmp_path: Path) -> None:
    (tmp_path / "Radiology-manual-annotations.csv").write_text(
        "Image_name,Patient_ID,Side,Type,Age,Breast density (ACR),BIRADS,View\n"
        "P1_L_DM_CC,1,L,DM,46,C,4,CC\nP1_L_CM_CC,1,L,CESM,46,_,4,CC\nP2_R_DM_MLO ,2,R,DM,31,_,3$2,MLO\n"
    )
    touch(tmp_path / "Low energy images of CDD-CESM", "P1_L_DM_CC.jpg", "P2_R_DM_MLO.jpg")
    rows = by_name(make_manifest("cesm", tmp_path, folder=tmp_path).rows)
    assert len(rows) == 2
    assert rows["P1_L_DM_CC.jpg"].labels == {"birads": "4", "view": "CC", "density": "C"}
    assert rows["P2_R_DM_MLO.jpg"].labels == {"birads": "", "view": "MLO", "density": ""}


def patients_of(rows: tuple[ManifestRow, ...]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row.patient].add(row.split)
    return found


def test_the_real_cesm_subset_is_split_by_patient(shared_data: Path, tmp_path: Path) -> None:
    made = make_manifest("cesm", shared_data / "cesm", folder=tmp_path)
    assert len(made.rows) == 268
    assert all(len(splits) == 1 for splits in patients_of(made.rows).values())
    assert len(patients_of(made.rows)) == 143
    assert Counter(row.labels["birads"] for row in made.rows) == {"4": 111, "5": 93, "3": 26, "": 38}
    assert Counter(row.labels["density"] for row in made.rows)[""] == 21
    vocabulary = {"birads": ("3", "4", "5"), "density": ("A", "B", "C", "D"), "view": ("CC", "MLO")}
    check_manifest(Manifest(made.rows, tmp_path), vocabulary)


def test_the_real_mias_subset_keeps_pairs_together(shared_data: Path, tmp_path: Path) -> None:
    made = make_manifest("mias", shared_data / "mias", folder=tmp_path)
    assert (len(made.rows), made.absent) == (282, 0)
    assert all(len(splits) == 1 for splits in patients_of(made.rows).values())
    assert set(Counter(row.patient for row in made.rows).values()) == {2}
    assert Counter(row.labels["tissue"] for row in made.rows) == {"F": 86, "G": 102, "D": 94}
    assert Counter(row.labels["class"] for row in made.rows)["NORM"] == 171
    check_manifest(Manifest(made.rows, tmp_path), {"tissue": ("F", "G", "D")})


def test_patient_splits_repeat_for_a_seed_and_hold_their_shares() -> None:
    names = [f"p{number}" for number in range(200)]
    splits = patient_splits(names, seed=3, val=0.1, test=0.2)
    assert splits == patient_splits(reversed(names), seed=3, val=0.1, test=0.2)
    assert splits != patient_splits(names, seed=4, val=0.1, test=0.2)
    assert Counter(splits.values()) == {"train": 140, "val": 20, "test": 40}


@pytest.mark.parametrize("name", ["vindr", "rsna", "inbreast", "cbis-ddsm", "cesm", "mias"])
def test_a_folder_that_holds_no_such_set_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=str(tmp_path)):
        make_manifest(name, tmp_path, folder=tmp_path)


def test_an_unknown_set_or_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="got 'optimam', expected one of vindr"):
        make_manifest("optimam", tmp_path, folder=tmp_path)
    (tmp_path / "Info.txt").write_text("mdb001 G CIRC B 535 425 197\n")
    touch(tmp_path, "mdb001.pgm")
    with pytest.raises(DataError, match="got column 'age', expected one of tissue, class, severity"):
        make_manifest("mias", tmp_path, folder=tmp_path, where={"age": ["50"]})

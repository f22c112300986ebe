"""Replicas with one thing wrong in them: it is told by file, key and value, and nothing is made of it."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from rich.console import Console

from connectors.coverage import coverage
from pipelines.auditing import audit
from pipelines.build import Job, run
from pipelines.looking import look
from pipelines.store import Store
from schemas import Notice
from tests.connectors.reading import Reading, connector, read
from tests.pipelines import workshop
from tests.replicas.builder.tree import build, declarations, load
from transforms.media.decoders import decode

Harm = Callable[[Path], None]


def harmed(root: Path, dataset: str, harm: Harm) -> Reading:
    build(load(declarations()[dataset]), root)
    harm(root)
    reading = read(connector(dataset), root)
    assert not reading.faults
    return reading


def swap(path: str, old: str, new: str, count: int = -1) -> Harm:
    """Puts a text in place of another in a file of text."""

    def harm(root: Path) -> None:
        text = (root / path).read_text()
        assert old in text
        (root / path).write_text(text.replace(old, new, count))

    return harm


def told(reading: Reading, *words: str) -> str:
    """The one notice that has all the words."""
    found = [notice for notice in reading.notices if all(word in notice for word in words)]
    assert len(found) == 1, reading.notices
    return found[0]


@pytest.mark.parametrize("given", ["0, 0, 5", "nan, nan, 5", "-0.5, 0.5, 5", "inf, 0.5, 5"])
def test_what_a_table_says_that_is_no_size_is_no_spacing(tmp_path: Path, given: str) -> None:
    reading = harmed(tmp_path, "deeplesion", swap("DL_info.csv", '"0.5, 0.5, 1"', f'"{given}"'))
    (found,) = reading.at("Images_png/000001_03_01/088.png")
    assert found.record.geometry.spacing_mm is None
    assert "DL_info.csv gives it a spacing of" in told(reading, "088.png", "no size of a pixel")


def test_what_a_file_name_says_that_is_no_size_is_no_spacing(tmp_path: Path) -> None:
    folder = "train/case7/case7_day0/scans"

    def harm(root: Path) -> None:
        (root / folder / "slice_0075_40_35_1.63_1.63.png").rename(root / folder / "slice_0075_40_35_0.00_0.00.png")

    reading = harmed(tmp_path, "uw_madison_gi", harm)
    (found,) = reading.at(f"{folder}/slice_0075_40_35_0.00_0.00.png")
    assert found.record.geometry.spacing_mm is None
    assert "0 x 0" in told(reading, "slice_0075_40_35_0.00_0.00.png", "no size of a pixel")


RICORD = "MIDRC-RICORD-1A/MIDRC-RICORD-1A-419639-000361/01-01-2003-NA-CT-1/2.000000-CHEST-22222"
LUNG1 = "NSCLC-Radiomics/LUNG1-002/01-01-2014-StudyID-NA-85095/1.000000-NA-61228"


def tag(folder: str, keyword: str, value: str | list[float]) -> Harm:
    """Another value in the header of the second slice of a folder."""

    def harm(root: Path) -> None:
        path = sorted((root / folder).iterdir())[1]
        dataset = pydicom.dcmread(path)
        setattr(dataset, keyword, value)
        dataset.save_as(path)

    return harm


@pytest.mark.parametrize(("dataset", "folder"), [("midrc_ricord_1a", RICORD), ("nsclc_radiomics", LUNG1)])
def test_slices_of_another_patient_are_no_part_of_a_volume(tmp_path: Path, dataset: str, folder: str) -> None:
    reading = harmed(tmp_path, dataset, tag(folder, "PatientID", "SOMEBODY-ELSE"))
    assert not reading.at(folder)
    (why,) = map(str, reading.unreadable)
    assert sorted(path.name for path in (tmp_path / folder).iterdir())[1] in why
    assert "PatientID" in why
    assert "SOMEBODY" not in why


def test_slices_that_name_another_series_are_told(tmp_path: Path) -> None:
    reading = harmed(tmp_path, "midrc_ricord_1a", tag(RICORD, "SeriesInstanceUID", "1.2.77"))
    (found,) = reading.at(RICORD)
    assert found.record.geometry.shape == (48, 40, 4)
    assert sorted(path.name for path in (tmp_path / RICORD).iterdir())[1] in told(reading, "SeriesInstanceUID")


@pytest.mark.parametrize("unit", ["V", "uV"])
def test_the_unit_of_a_headers_signals_holds(tmp_path: Path, unit: str) -> None:
    """What was written as millivolt and is called volt is a thousand times as much."""
    sound = harmed(tmp_path / "sound", "ptb_xl", lambda root: None)
    harm = swap("records500/00000/00001_hr.hea", "/mV", f"/{unit}")
    reading = harmed(tmp_path / "harmed", "ptb_xl", harm)
    name = "records500/00000/00001_hr.hea"
    before, after = (decode(one.root, one.at(name)[0].record) for one in (sound, reading))
    assert after.unit == "mV"
    np.testing.assert_allclose(after.array, before.array * {"V": 1e3, "uV": 1e-3}[unit], rtol=1e-5)


@pytest.mark.parametrize(
    ("dataset", "table", "old", "new", "words"),
    [
        ("ham10000", "HAM10000_metadata.csv", "ISIC_0026769,mel", "ISIC_0026769,", ("'dx'", "ISIC_0026769")),
        ("brset", "labels_brset.csv", "4,4,1,1,1,1,1,1", "4,4,1,1,1,1,1,nan", ("'macular_edema'", "img00001")),
        ("brset", "labels_brset.csv", "4,4,1,1,1,1,1,1", "4,4,1,1,1,1,1,", ("'macular_edema'", "img00001")),
        ("rsna_bone_age", "boneage-training-dataset.csv", "1378,12", "1378,NaN", ("'boneage'", "1378")),
    ],
)
def test_a_blank_cell_is_told_once_with_its_first_key(
    tmp_path: Path, dataset: str, table: str, old: str, new: str, words: tuple[str, ...]
) -> None:
    notice = told(harmed(tmp_path, dataset, swap(table, old, new)), table, *words)
    assert "is blank in 1 of " in notice


def test_blanks_of_a_column_are_counted(tmp_path: Path) -> None:
    def harm(root: Path) -> None:
        swap("HAM10000_metadata.csv", ",bkl,", ",,")(root)
        with (root / "HAM10000_metadata.csv").open("a") as table:
            table.write("HAM_1,ISIC_0000001,nv,histo,1,male,ear\n")

    notice = told(harmed(tmp_path, "ham10000", harm), "'dx'")
    assert "line 2: ISIC_0027419: column 'dx' is blank in 2 of 5 rows" in notice


def test_a_label_of_0_and_boxes_of_its_class_contradict_each_other(tmp_path: Path) -> None:
    image, table = "002a34c58c5b758217ed1f584ccbcfe9", "annotations/image_labels_test.csv"
    zeros = f"{image}," + "0," * 20
    reading = harmed(tmp_path, "vindr_cxr", swap(table, f"{zeros}1,", f"{zeros}0,"))
    (found,) = reading.at(f"test/{image}.dicom")
    states = {said.concept.label: said.state for said in found.record.presence}
    assert states["rib fracture"] == "uncertain"
    notice = told(reading, f"test/{image}.dicom: Rib fracture")
    assert f"{table} says that 'Rib fracture' is absent" in notice
    assert "annotations/annotations_test.csv says that 'Rib fracture' is drawn" in notice


@pytest.mark.parametrize(
    ("dataset", "table", "old", "new", "words"),
    [
        ("brset", "labels_brset.csv", "1,4,4,1,1", "1,4,0,1,1", ("'DR_ICDR=0' is there", "'diabetic_retinopathy' is")),
        (
            "nih_chestxray14",
            "Data_Entry_2017_v2020.csv",
            "No Finding",
            "No Finding|Mass",
            ("'No Finding' is", "'Mass' is"),
        ),
    ],
)
def test_labels_that_rule_each_other_out_are_told(
    tmp_path: Path, dataset: str, table: str, old: str, new: str, words: tuple[str, ...]
) -> None:
    notice = told(harmed(tmp_path, dataset, swap(table, old, new, 1)), f"{table} says that", *words)
    assert "img00001" in notice or ".png" in notice


def test_a_label_file_that_is_gone_is_told_by_read_and_by_get(tmp_path: Path) -> None:
    path = "folder_structure/yolov5/labels/0002_0354485735_01_WRI-R1_F012.txt"
    reading = harmed(tmp_path, "grazpedwri_dx", lambda root: (root / path).unlink())
    assert "counts as not annotated" in told(reading, path)
    missing = coverage(connector("grazpedwri_dx"), tmp_path).missing
    assert any(path in trouble.examples for trouble in missing)


@pytest.mark.parametrize("other", ["1.0", " 1", "01"])
def test_one_number_is_one_patient_however_it_is_written(tmp_path: Path, other: str) -> None:
    reading = harmed(tmp_path, "brset", swap("labels_brset.csv", "img00002,1,", f"img00002,{other},"))
    assert sorted({reading.subject(found.record) for found in reading.found}) == ["1", "2", "3", "4"]
    if other.strip() != "1":
        assert f"'{other}'" in told(reading, "labels_brset.csv", "'patient_id'", "one id each")


def test_identifiers_that_are_no_numbers_throughout_stay_as_they_are(tmp_path: Path) -> None:
    harm = swap("labels_brset.csv", "img00002,1,", "img00002,1.0,")
    reading = harmed(
        tmp_path, "brset", lambda root: (harm(root), swap("labels_brset.csv", "img00003,2,", "img00003,A2,")(root))
    )
    assert {"1", "1.0", "A2"} <= {reading.subject(found.record) for found in reading.found}


def shifted(root: Path) -> None:
    """The first picture's box lies where its mask shows nothing."""
    path = root / "Kvasir-SEG/kavsir_bboxes.json"
    whole = json.loads(path.read_text())
    whole["cju0qkwl35piu0993l0dewei2"]["bbox"][0] |= {"xmin": 1, "ymin": 1, "xmax": 7, "ymax": 6}
    path.write_text(json.dumps(whole))


def test_a_box_apart_from_the_mask_that_it_repeats_is_told_and_not_counted(tmp_path: Path) -> None:
    folder = tmp_path / "raw/kvasir_seg"
    build(load(declarations()["kvasir_seg"]), folder)
    assert not [one for one in look(connector("kvasir_seg"), folder, None, pixels=True) if isinstance(one, Notice)]
    shifted(folder)
    (notice,) = [one for one in look(connector("kvasir_seg"), folder, None, pixels=True) if isinstance(one, Notice)]
    assert "cju0qkwl35piu0993l0dewei2.jpg: polyp: the box 1, 1, 7, 6" in notice.text()
    (finding,) = [one for one in audit(connector("kvasir_seg"), folder).findings if one.check == "repeats"]
    assert (finding.severity, finding.paths) == ("warning", ("Kvasir-SEG/images/cju0qkwl35piu0993l0dewei2.jpg",))
    file = workshop.recipe(tmp_path / "r.yaml", "kvasir_seg", tasks=["presence"])
    ctx = workshop.context(file, tmp_path / "raw", tmp_path / "space")
    run(ctx, Job(("ingest", "curate"), "inline"), Console(quiet=True))
    store = Store(ctx.workspace)
    assert [len(json.loads(row["body"])["regions"]) for row in store.read("scenes")] == [1, 1]
    reasons = [row["reason"] for row in store.read("verdicts")]
    assert any("no mask of its concept lies there" in (reason or "") for reason in reasons)


@pytest.mark.parametrize(("separator", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_table_with_another_separator_is_read_and_told(tmp_path: Path, separator: str, name: str) -> None:
    sound = harmed(tmp_path / "sound", "ham10000", lambda root: None)
    reading = harmed(tmp_path / "odd", "ham10000", swap("HAM10000_metadata.csv", ",", separator))
    assert [found.record.presence for found in reading.found] == [found.record.presence for found in sound.found]
    told(reading, "HAM10000_metadata.csv", f"parted by {name}, and not by commas")


def test_a_table_in_utf_16_is_read_and_told(tmp_path: Path) -> None:
    def harm(root: Path) -> None:
        path = root / "HAM10000_metadata.csv"
        path.write_text(path.read_text(), encoding="utf-16")

    reading = harmed(tmp_path, "ham10000", harm)
    assert len(reading.found) == 4
    told(reading, "HAM10000_metadata.csv", "UTF-16")


def test_an_array_with_too_few_channels_is_named_with_its_axis(tmp_path: Path) -> None:
    path = "Fold 1/masks/fold1/masks.npy"

    def harm(root: Path) -> None:
        np.save(root / path, np.load(root / path)[..., :5])

    reading = harmed(tmp_path, "pannuke", harm)
    why = str(reading.unreadable[0])
    assert why.startswith(path)
    assert "has 5 channels along axis 3 (c), and the card wants channel 5" in why


def test_a_slice_with_other_pixels_is_named_and_not_the_segmentation(tmp_path: Path) -> None:
    reading = harmed(tmp_path, "nsclc_radiomics", tag(LUNG1, "PixelSpacing", [0.8, 0.8]))
    (why,) = map(str, reading.unreadable)
    assert "slices of one series differ in orientation, pixel size or matrix" in why
    assert sorted(path.name for path in (tmp_path / LUNG1).iterdir())[1] in why


def test_what_is_wrong_with_a_shared_table_is_told_once(tmp_path: Path) -> None:
    build(load(declarations()["ham10000"]), tmp_path)
    swap("HAM10000_metadata.csv", "image_id,", "img,")(tmp_path)
    found = [one.text() for one in look(connector("ham10000"), tmp_path, None, pixels=False) if isinstance(one, Notice)]
    assert len([text for text in found if "no column 'image_id'" in text]) == 1
    assert "4 files or records" in found[0]


@pytest.mark.parametrize("before", ["/home/x/data/", "C:\\\\data\\\\"])
def test_a_list_with_absolute_paths_is_not_blamed_on_the_card(tmp_path: Path, before: str) -> None:
    def harm(root: Path) -> None:
        for path in (root / "TBX11K/annotations/json").iterdir():
            swap_all = path.read_text().replace('"file_name": "', f'"file_name": "{before}')
            path.write_text(swap_all)

    reading = harmed(tmp_path, "tbx11k", harm)
    assert not reading.unreadable
    assert any("nothing tells its split: no list or table names it so" in notice for notice in reading.notices)

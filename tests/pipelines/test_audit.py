"""Faults planted in small sound folders: the audit names each of them, and says nothing of the sound ones."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import nibabel
import numpy as np
import pytest
from typer.testing import CliRunner

import catalog
from connectors import open_dataset
from pipelines.audit_page import page, picture
from pipelines.auditing import Audit, audit
from pipelines.commands.app import app
from pipelines.recipes import RecipeError
from schemas import DatasetCard
from tests.connectors import small
from tests.connectors.reading import connector
from tests.replicas.builder.tree import build, declarations, load

SHAPE = (80, 64, 20)
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
AFFINE = LPS_TO_RAS @ np.array([[4.0, 0, 0, -160], [0, 4, 0, -128], [0, 0, 5, 0], [0, 0, 0, 1]])  # NIfTI's is RAS
LABELS = {"1": "liver", "2": "spleen", "3": "right_kidney", "4": "left_kidney"}
# i grows to the patient's left.
ORGANS = {
    1: np.s_[18:36, 20:40, 4:16],
    2: np.s_[50:60, 28:38, 8:14],
    3: np.s_[28:33, 36:42, 4:9],
    4: np.s_[48:53, 36:42, 4:9],
}
Volumes = tuple[np.ndarray, np.ndarray]


def scan(seed: int) -> Volumes:
    """A body of soft tissue in air, with four organs, and their map."""
    rng = np.random.default_rng(seed)
    values = np.full(SHAPE, -1000, np.int16) + rng.integers(-8, 8, SHAPE, np.int16)
    i, j = np.ogrid[:80, :64]
    body = ((i - 40) / 32) ** 2 + ((j - 32) / 24) ** 2 < 1
    values[body] = 40 + rng.integers(-20, 20, (int(body.sum()), 20), np.int16)
    mask = np.zeros(SHAPE, np.uint8)
    for value, where in ORGANS.items():
        mask[where] = value
    return values, mask


def write(root: Path, number: int, volumes: Volumes, affine: np.ndarray = AFFINE, split: str = "train") -> None:
    for folder, array in zip(("img", "m"), volumes, strict=True):
        path = root / folder / f"{split}_{number}.nii.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        image = nibabel.Nifti1Image(array, affine)
        image.header.set_xyzt_units("mm")
        nibabel.save(image, path)


def sound(root: Path) -> Path:
    for number in range(3):
        write(root, number, scan(number))
    (root / "labels.csv").write_text("id,l\n0,has\n1,has\n2,has\n")
    return root


def card(**options: Any) -> DatasetCard:
    table = {"format": "table", "file": "labels.csv", "key": "id", "match": "{case}", "label": "l"}
    masks = {"format": "masks", "file": "m/{split}_{case}.nii.gz", "missing": "refuse"}
    own = {"files": ["img/{split}_{case}.nii.gz"], "subject": "{case}", "split": "{split}", "unit": "HU",
           "annotations": [masks, table], **options}  # fmt: skip
    return small.card("volumes", own, {**LABELS, "has": "liver", "hasnt": None}, exhaustive=["liver"])


def run(root: Path, given: DatasetCard | None = None, **options: Any) -> Audit:
    return audit(open_dataset(given or card(**options), catalog.labelspace()), root)


def said(found: Audit) -> list[tuple[str, str, str]]:
    return [(one.check, one.severity, one.text) for one in found.findings]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return sound(tmp_path / "small")


def test_a_sound_folder_is_passed_in_silence(root: Path) -> None:
    found = run(root)
    assert (found.records, found.refused, found.findings) == (3, 0, ())


def mirrored(root: Path) -> None:
    values, mask = scan(0)
    write(root, 0, (values[::-1].copy(), mask[::-1].copy()))


def exchanged(root: Path) -> None:
    values, mask = scan(0)
    write(root, 0, (values, np.choose(mask, [0, 1, 2, 4, 3]).astype(np.uint8)))


def outside(root: Path) -> None:
    values, mask = scan(0)
    mask[0:6, 0:6, 0:6] = 5
    write(root, 0, (values, mask))


def metres(root: Path) -> None:
    write(root, 0, scan(0), AFFINE @ np.diag([10.0, 10.0, 10.0, 1.0]))


def tenth(root: Path) -> None:
    write(root, 0, scan(0), AFFINE @ np.diag([0.1, 0.1, 0.1, 1.0]))


def shifted(root: Path) -> None:
    values, mask = scan(0)
    write(root, 0, (values + np.int16(1024), mask))


def windowed(root: Path) -> None:
    values, mask = scan(0)
    seen = np.clip((values.astype(float) + 160) / 400 * 255, 0, 255)
    seen[40, 32, 0] = 255
    write(root, 0, (seen.astype(np.int16), mask))


def inverted(root: Path) -> None:
    values, mask = scan(0)
    write(root, 0, (-values, mask))


def twice(root: Path) -> None:
    write(root, 7, scan(0))


def reconstruction(root: Path) -> None:
    values, mask = scan(0)
    write(root, 7, (cv2.GaussianBlur(values, (3, 3), 0.6), mask))


def two_splits(root: Path) -> None:
    write(root, 0, scan(9), split="test")


def unlabelled(root: Path) -> None:
    values, mask = scan(0)
    mask[mask == 1] = 0
    write(root, 0, (values, mask))


def unknown(root: Path) -> None:
    values, mask = scan(0)
    mask[40:42, 30:32, 3] = 9
    write(root, 0, (values, mask))


@pytest.mark.parametrize(
    ("plant", "check", "severity", "words"),
    [
        (mirrored, "sides", "error", "the liver lies on the patient's left"),
        (exchanged, "sides", "error", "the right kidney lies to the left of the left kidney"),
        (outside, "outside", "error", "% of neoplasm (5) lies on background"),
        (metres, "size", "error", "its spacing is (40.0, 40.0, 50.0) mm"),
        (tenth, "size", "error", "its field of view is 25.6 x 32 mm"),
        (shifted, "intensity", "error", "its offset is missing"),
        (windowed, "intensity", "error", "its values lie in 0..255"),
        (inverted, "intensity", "error", "values are inverted"),
        (twice, "duplicates", "error", "the same picture is 2 records, under 2 subjects"),
        (reconstruction, "duplicates", "warning", "two reconstructions of one scan"),
        (two_splits, "splits", "error", "subject 0 is in test and train"),
        (unlabelled, "labels", "error", "the source says that liver is present, and m/train_0.nii.gz shows nothing"),
        (unknown, "reading", "error", "m/train_0.nii.gz: 9: 4 pixels whose meaning the card does not know"),
    ],
)
def test_each_planted_fault_is_named(
    root: Path, plant: Callable[[Path], None], check: str, severity: str, words: str
) -> None:
    plant(root)
    labels = {**LABELS, "5": "neoplasm", "has": "liver", "hasnt": None}
    given = card().model_copy(update={"layout": card().layout.model_copy(update={"labels": labels})})
    found = run(root, given)
    hits = [one for one in found.findings if one.check == check]
    assert [one.severity for one in hits] == [severity] * len(hits)
    assert any(words in one.text for one in hits), said(found)
    assert any(path.startswith(("img/train_0", "img/test_0")) for one in hits for path in one.paths)
    assert {one.check for one in found.findings} <= {check, *({"reading"} if plant is unlabelled else ())}


def test_a_label_that_says_absent_where_something_is_drawn(root: Path) -> None:
    (root / "labels.csv").write_text("id,liver\n0,0\n1,1\n2,1\n")
    table = {"format": "table", "file": "labels.csv", "key": "id", "match": "{case}", "columns": ["liver"]}
    masks = {"format": "masks", "file": "m/{split}_{case}.nii.gz"}
    own = {"files": ["img/{split}_{case}.nii.gz"], "subject": "{case}", "annotations": [masks, table]}
    found = run(root, small.card("volumes", own, {**LABELS, "liver": "liver"}))
    (one,) = found.findings
    assert (one.check, one.severity, one.paths) == ("labels", "error", ("img/train_0.nii.gz",))
    assert one.text == "the source says that liver is absent, and it is drawn"


def test_two_labels_of_one_picture(root: Path) -> None:
    twice(root)
    (root / "labels.csv").write_text("id,lesion\n0,1\n7,0\n")
    table = {"format": "table", "file": "labels.csv", "key": "id", "match": "{case}", "columns": ["lesion"]}
    own = {"files": ["img/{split}_{case}.nii.gz"], "subject": "{case}", "annotations": [table]}
    found = run(root, small.card("volumes", own, {"lesion": "lesion"}))
    (one,) = found.findings
    assert one.paths == ("img/train_0.nii.gz", "img/train_7.nii.gz")
    assert one.text.endswith("present in one and absent in another: lesion")


def test_boxes_off_the_image(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for name in "ab":
        cv2.imwrite(str(tmp_path / f"{name}.png"), rng.integers(0, 255, (40, 60), np.uint8))
    (tmp_path / "boxes.csv").write_text("id,x,y,w,h\na,5,5,10,10\nb,90,5,10,10\n")
    boxes = {"format": "box_table", "file": "boxes.csv", "key": "id", "constant": "l", "box": "xywh",
             "columns": ["x", "y", "w", "h"]}  # fmt: skip
    found = run(tmp_path, small.card("pictures", {"files": ["{case}.png"], "annotations": [boxes]}, {"l": "lesion"}))
    (one,) = found.findings
    assert (one.check, one.severity, one.paths) == ("reading", "error", ("b.png", "boxes.csv"))
    assert "line 3" in one.text


def test_a_header_that_the_source_contradicts(root: Path) -> None:
    found = run(root, spacing_mm=[4.0, 4.0, 2.5])
    assert {one.check for one in found.findings} == {"reading"}
    assert "its header says a spacing of (4.0, 4.0, 5.0) mm, the source says (4.0, 4.0, 2.5)" in found.findings[0].text


def test_the_page_holds_its_pictures(root: Path) -> None:
    mirrored(root)
    found = audit(open_dataset(card(), catalog.labelspace()), root, draw=picture)
    text = page(found, card())
    assert text.count("data:image/png;base64,") == len(found.pictures) > 0
    assert "http" not in text.replace("http://www.w3.org", "")
    for finding in found.findings:
        assert finding.text.replace("'", "&#39;") in text


def test_the_command(tmp_path: Path) -> None:
    """A replica, as a user would: text, JSON, a page, and exit codes."""
    root = tmp_path / "glas"
    build(load(declarations()["glas"]), root)
    web = tmp_path / "audit.html"
    told = CliRunner().invoke(app, ["audit", "glas", str(root), "--html", str(web)])
    assert told.exit_code == 1
    assert "error: splits: " in told.stdout
    assert "subject 10 is in test and train" in web.read_text()
    asked = json.loads(CliRunner().invoke(app, ["audit", "glas", str(root), "--json"]).stdout)
    assert [one["check"] for one in asked["findings"]] == ["splits"]
    (tmp_path / "empty").mkdir()
    refused = CliRunner().invoke(app, ["audit", "glas", str(tmp_path / "empty")]).exception
    assert isinstance(refused, RecipeError)
    assert "nothing here can be read as glas" in str(refused)


# What replicas hold on purpose (subjects in two published splits, broken files, one picture in two folders), and what
# their builder draws without anatomy: pictures of one value, kidneys in the order of their values. What else cannot be
# read is declared as notices.
KNOWN = {
    "splits": {"bracs", "camelyon17_wilds", "endovis2017_ris", "glas", "monusac", "robust_mis_2019", "sun_seg",
               "unitopatho"},
    "reading": {"han_seg", "m2caiseg", "panorama", "rsna_ich_2019", "totalsegmentator_v1"},
    "intensity": {"cholect50", "deepliif"},
    "sides": {"chaos", "flare22", "flare23"},
    "duplicates": {"deepliif", "hyperkvasir", "lynsec"},
}  # fmt: skip


def test_replicas_are_passed_but_for_their_known_faults(tmp_path: Path) -> None:
    found: dict[str, set[str]] = {}
    expected = {check: set(names) for check, names in KNOWN.items()}
    for name, path in declarations().items():
        declaration = load(path)
        if declaration.expect.notices:
            expected["reading"].add(name)
        build(declaration, tmp_path / name)
        for one in audit(connector(name), tmp_path / name).findings:
            found.setdefault(one.check, set()).add(name)
    assert found == expected

"""Pictures in folders and archives: fields of their paths, broken files, pages."""

import gzip
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import catalog
from connectors import LayoutError, Unreadable, open_dataset
from tests.connectors import small
from transforms.media.decoders import decode
from transforms.regions.resolve import resolve

SIZE = (40, 33)  # columns, rows


def draw(path: Path, size: tuple[int, int] = SIZE, **save: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp = np.arange(size[0] * size[1], dtype=np.uint32).reshape(size[1], size[0]) % 251
    Image.fromarray(ramp.astype(np.uint8)).save(path, **save)


def card(**options: Any) -> Any:
    given = {"files": ["{split}/{class}/{patient}_{n}.{ext:png|jpg|bmp|gif|tif}"], "subject": "{patient}", **options}
    return small.card("pictures", given, {"NORMAL": None, "BAD": "lesion"})


@pytest.mark.parametrize("kind", ["png", "jpg", "bmp", "gif", "tif"])
def test_shape_is_rows_then_columns(tmp_path: Path, kind: str) -> None:
    draw(tmp_path / f"train/BAD/p1_0.{kind}")
    records, _ = small.read(card(), tmp_path)
    assert [(r.geometry.shape, r.geometry.spacing_mm) for r in records] == [((SIZE[1], SIZE[0]), None)]


@pytest.mark.parametrize("kind", ["png", "jpg", "bmp", "gif", "tif"])
@pytest.mark.parametrize("keep", [0, 0.5, 0.97])
def test_a_cut_picture_is_refused_by_name(tmp_path: Path, kind: str, keep: float) -> None:
    draw(tmp_path / f"train/BAD/p1_0.{kind}")
    draw(tmp_path / f"train/BAD/p2_0.{kind}")
    victim = tmp_path / f"train/BAD/p1_0.{kind}"
    victim.write_bytes(victim.read_bytes()[: int(victim.stat().st_size * keep)])
    assert [text.split(":")[0] for text in small.refused(card(), tmp_path)] == [f"train/BAD/p1_0.{kind}"]


def test_two_frames_of_one_patient_are_one_subject_and_splits_are_named(tmp_path: Path) -> None:
    for name in ("TRAIN/BAD/p1_0.png", "TRAIN/BAD/p1_1.png", "TEST/NORMAL/p2_0.png"):
        draw(tmp_path / name)
    records, _ = small.read(card(split={"by": "{split}", "map": {"TRAIN": "train", "TEST": "test"}}), tmp_path)
    assert [(r.subject, r.split) for r in records] == [
        ("small/p2", "test"), ("small/p1", "train"), ("small/p1", "train")]  # fmt: skip


def test_the_folder_is_the_class(tmp_path: Path) -> None:
    draw(tmp_path / "train/BAD/p1_0.png")
    draw(tmp_path / "train/NORMAL/p2_0.png")
    found = card(annotations=[{"format": "path_label", "label": "{class}"}]).model_copy(
        update={"exhaustive": ("lesion",)}
    )
    records, _ = small.read(found, tmp_path)
    assert [[(p.concept.label, p.state) for p in r.presence] for r in records] == [[("lesion", "present")], []]
    assert all(r.exhaustive == ("lesion",) for r in records)


def test_an_unknown_class_is_named_and_nothing_is_absent_then(tmp_path: Path) -> None:
    draw(tmp_path / "train/ODD/p1_0.png")
    made = card(annotations=[{"format": "path_label", "label": "{class}"}])
    made = made.model_copy(update={"exhaustive": ("lesion",)})
    (reason,) = small.problems(made, tmp_path)
    assert "does not know the label 'ODD'" in reason
    ((record,), _) = small.read(made, tmp_path)
    assert (record.presence, record.exhaustive) == ((), ())


def test_pages_are_not_lost_in_silence(tmp_path: Path) -> None:
    first = Image.new("L", SIZE)
    (tmp_path / "train/BAD").mkdir(parents=True)
    first.save(tmp_path / "train/BAD/p1_0.tif", save_all=True, append_images=[Image.new("L", SIZE, 9)])
    assert "2 pages" in small.refused(card(), tmp_path)[0]
    records, _ = small.read(card(pages="each"), tmp_path)
    assert [r.sources[0].select for r in records] == ["[0]", "[1]"]
    assert len({r.key for r in records}) == 2


def test_a_mask_in_the_other_half_of_the_file(tmp_path: Path) -> None:
    both = np.zeros((33, 81, 3), np.uint8)
    both[:, :40] = 90
    both[4:9, 46:60] = (255, 0, 0)
    (tmp_path / "p1").mkdir()
    Image.fromarray(both).save(tmp_path / "p1/1.png")
    masks = {
        "format": "masks",
        "file": "{case}/{n}.png",
        "select": "right",
        "encode": "colours",
        "colours": {"BAD": [255, 0, 0]},
    }
    given = {"files": ["{case}/{n}.png"], "half": "left", "annotations": [masks]}
    with pytest.raises(Unreadable, match="grid"):  # of 81 columns the right half has 41
        small.read(small.card("pictures", given, {"BAD": "lesion"}), tmp_path)
    Image.fromarray(both[:, :80]).save(tmp_path / "p1/1.png")
    (record,), (region,) = small.read(small.card("pictures", given, {"BAD": "lesion"}), tmp_path)
    assert record.geometry.shape == (33, 40)
    assert np.array_equal(decode(tmp_path, record).array, both[:, :40])
    (mask,), _ = resolve(tmp_path, record, [region])
    assert (mask.offset, mask.voxels) == ((4, 6), 70)


def test_panels_side_by_side_and_a_mask_in_the_last(tmp_path: Path) -> None:
    three = np.random.default_rng(0).integers(0, 255, (33, 120, 3), np.uint8)
    three[:, 80:] = 0
    three[4:9, 86:100, 0] = 200  # not exactly 255: the mask was once a JPEG
    Image.fromarray(three).save(tmp_path / "p1.png")
    masks = {"format": "masks", "file": "{stem}.png", "select": "panel 3 of 3", "channel": 0, "at_least": 128}
    given = {"files": ["{case}.png"], "panels": ["stain", "other", ""], "keep": ["panel"]}
    given["annotations"] = [{**masks, "encode": "binary", "label": "BAD"}]
    told = small.card("pictures", given, {"BAD": "lesion"})
    records, regions = small.read(told, tmp_path)
    assert [(r.meta["panel"], r.geometry.shape) for r in records] == [("stain", (33, 40)), ("other", (33, 40))]
    assert np.array_equal(decode(tmp_path, records[1]).array, three[:, 40:80])
    for record in records:
        (mask,), _ = resolve(tmp_path, record, [region for region in regions if region.record == record.key])
        assert (mask.offset, mask.voxels) == ((4, 6), 70)
    Image.fromarray(three[:, :119]).save(tmp_path / "p1.png")
    assert "equal panels" in small.refused(told, tmp_path)[0]


def test_a_gzipped_picture_and_one_that_is_cut(tmp_path: Path) -> None:
    draw(tmp_path / "a.ppm")
    whole = (tmp_path / "a.ppm").read_bytes()
    (tmp_path / "a.ppm.gz").write_bytes(gzip.compress(whole, mtime=0))
    given = small.card("pictures", {"files": ["{n}.ppm.gz", "{n}.ppm"]})
    (zipped, plain), _ = small.read(given, tmp_path)
    assert zipped.geometry.shape == plain.geometry.shape == (SIZE[1], SIZE[0])
    assert np.array_equal(decode(tmp_path, zipped).array, decode(tmp_path, plain).array)
    (tmp_path / "a.ppm").write_bytes(whole[:-5])
    (tmp_path / "a.ppm.gz").write_bytes(gzip.compress(whole, mtime=0)[:-30])
    assert ["a.ppm.gz" in line or "truncated" in line for line in small.refused(given, tmp_path)] == [True, True]


def test_members_of_an_archive_are_read_in_place(tmp_path: Path) -> None:
    draw(tmp_path / "x/train/BAD/p1_0.png")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "x/train/BAD/p1_0.png", "train/BAD/p1_0.png")
    records, _ = small.read(card(files=["all.zip/{split}/{class}/{patient}_{n}.png"]), tmp_path)
    assert [(r.sources[0].uri, r.sources[0].member) for r in records] == [("all.zip", "train/BAD/p1_0.png")]
    data = (tmp_path / "x/train/BAD/p1_0.png").read_bytes()
    assert records[0].sources[0].bytes == len(data)


def test_a_spacing_comes_from_the_card_only_where_the_card_says_it(tmp_path: Path) -> None:
    draw(tmp_path / "train/BAD/p1_0.png")
    records, _ = small.read(card(spacing_mm=[0.5, 0.25]), tmp_path)
    assert records[0].geometry.spacing_mm == (0.5, 0.25)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"annotations": [{"format": "nothing"}]}, "annotations.0.format"),
        ({"annotations": [{"format": "path_label"}]}, "annotations.0.label"),
        ({"subjects": "{p}"}, "subjects"),
    ],
)
def test_a_wrong_option_names_its_key(options: dict[str, Any], key: str) -> None:
    with pytest.raises(LayoutError, match=key):
        open_dataset(card(**options), catalog.labelspace())


def test_a_cut_archive_costs_what_it_holds_and_is_named(tmp_path: Path) -> None:
    for name in ("one", "two"):
        draw(tmp_path / "x/p1_0.png")
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            archive.write(tmp_path / "x/p1_0.png", "train/BAD/p1_0.png")
    whole = (tmp_path / "one.zip").read_bytes()
    (tmp_path / "one.zip").write_bytes(whole[: len(whole) // 2])
    found = card(files=["{zip}.zip/{split}/{class}/{patient}_{n}.png"])
    refused = small.refused(found, tmp_path)
    assert len(refused) == 1
    assert refused[0].startswith("one.zip: the archive cannot be opened")
    assert len(list(open_dataset(found, catalog.labelspace()).listing(tmp_path))) == 2

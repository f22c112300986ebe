"""Rows as records: question sets, reports, and pictures in Parquet as `datasets` writes them."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

import catalog
from connectors import LayoutError, open_dataset
from schemas import DatasetCard
from tests.connectors import small
from transforms.media.decoders import DecodeError, decode
from transforms.regions.resolve import resolve

BILE, THIGH = "Which organ makes bile?", "Which bone is in the thigh?"
BY_ROW = {"number": "row", "key": "row", "match": "{row}"}
MEDQA = [
    {"question": BILE, "answer": "Liver", "options": {"A": "Liver", "B": "Spleen"}, "answer_idx": "A", "step": "1"},
    {"question": THIGH, "answer": "Femur", "options": {"A": "Tibia", "B": "Femur"}, "answer_idx": "B", "step": "2"},
]


def card(**options: Any) -> DatasetCard:
    return small.card("rows", options, labels={"yes": "pneumonia", "no": None}, modalities=["doc"])


def picture(seed: int, mode: str = "RGB") -> tuple[np.ndarray, bytes]:
    array = np.random.default_rng(seed).integers(0, 255, (40, 52, 3) if mode == "RGB" else (40, 52), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return array, buffer.getvalue()


def test_a_line_is_a_document_with_its_question(tmp_path: Path) -> None:
    (tmp_path / "US").mkdir()
    for split in ("train", "test"):
        (tmp_path / f"US/{split}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in MEDQA))
    asked = {"question": "question", "answer": "answer", "options": ["options.A", "options.B"], "type_column": "step"}
    asked |= {"format": "questions", "file": "US/{split}.jsonl", **BY_ROW}
    found = card(
        files=["US/{split}.jsonl"], split="{split}", text=["question"], annotations=[asked], keep=["answer_idx"]
    )
    records, _ = small.read(found, tmp_path)
    said = [(record.split, record.text) for record in records]
    assert said == [("test", BILE), ("test", THIGH), ("train", BILE), ("train", THIGH)]
    first = records[0]
    assert (first.kind, first.decoder, first.geometry.shape) == ("document", "text", (23,))
    question = {"question": BILE, "answer": "Liver", "options": ["Liver", "Spleen"], "type": "1"}
    assert first.meta == {"answer_idx": "A", "questions": [question]}
    assert (first.sources[0].uri, first.sources[0].select) == ("US/test.jsonl", "[0]")
    assert len({record.key for record in records}) == len({record.subject for record in records}) == 4


def test_passages_of_a_mapping_under_headings(tmp_path: Path) -> None:
    """As PubMedQA: a mapping from article to entry, its contexts a list."""
    entry = {"QUESTION": "Do statins help?", "CONTEXTS": ["First part.", "Second part."], "LONG_ANSWER": "They do."}
    entry["final_decision"] = "yes"
    (tmp_path / "ori_pqal.json").write_text(json.dumps({"2164": entry, "77": entry | {"final_decision": "no"}}))
    asked = {"question": "QUESTION", "answer": "final_decision", "explanation": "LONG_ANSWER"}
    table = {"file": "ori_pqal.json", "id": "pmid", **BY_ROW}
    labels = {"format": "table", **table, "label": "final_decision"}
    found = card(
        files=["ori_pqal.json"], table={"id": "pmid"}, subject="{pmid}", text=["CONTEXTS"], headings=["Abstract"],
        lists=["CONTEXTS"], annotations=[{"format": "questions", **table, **asked}, labels],
    )  # fmt: skip
    first, second = small.read(found, tmp_path)[0]
    assert (first.subject, first.text) == ("small/2164", "Abstract: First part.\n\nSecond part.")
    assert first.meta["questions"] == [{"question": "Do statins help?", "answer": "yes", "explanation": "They do."}]
    assert [presence.concept.label for presence in first.presence] == ["pneumonia"]
    assert second.presence == ()


def test_a_bad_row_costs_that_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,report,who\n1,Clear lungs.,x\n2\n3,,y\n4,Effusion.,z\n")
    found = card(files=["*.csv"], subject="{who}", text=["report"], fields={"report_id": "id"}, keep=["report_id"])
    assert small.refused(found, tmp_path) == [
        "a.csv: line 3: 1 cells where the header has 3; set `ragged` if it was published so",
        "a.csv: line 4: columns report are blank: a document without text",
    ]
    (tmp_path / "a.csv").write_text("id,report,who\n1,Clear lungs.,x\n4,Effusion.,z\n")
    records, _ = small.read(found, tmp_path)
    assert [(record.subject, record.meta, record.text) for record in records] == [
        ("small/x", {"report_id": "1"}, "Clear lungs."), ("small/z", {"report_id": "4"}, "Effusion.")
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"PAR1 but no more of it"])
def test_a_broken_table_is_refused_once(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.parquet").write_bytes(content)
    (tmp_path / "sound.csv").write_text("report\nClear.\n")
    (reason,) = small.refused(card(files=["*.parquet", "*.csv"], text=["report"]), tmp_path)
    assert reason.startswith("broken.parquet: ")


def test_pictures_that_datasets_wrote(tmp_path: Path) -> None:
    arrays = {n: picture(n)[0] for n in range(7)}
    told = {"image": [Image.fromarray(arrays[n]) for n in range(7)], "caption": [f"Picture {n}" for n in range(7)]}
    features = datasets.Features({"image": datasets.Image(), "caption": datasets.Value("string")})
    made = datasets.Dataset.from_dict(told, features=features)
    made.to_parquet(str(tmp_path / "train-00000-of-00001.parquet"), batch_size=3)  # three row groups
    assert pq.ParquetFile(tmp_path / "train-00000-of-00001.parquet").num_row_groups == 3
    found = card(files=["{split}-{n}-of-{of}.parquet"], split="{split}", image=["image"], text=["caption"])
    records, _ = small.read(found, tmp_path)
    assert [(record.kind, record.geometry.shape, record.text) for record in records] == [
        ("image", (40, 52), f"Picture {n}") for n in range(7)
    ]
    assert [record.sources[0].select for record in records] == [f"[{n}].image" for n in range(7)]
    for n, record in enumerate(records):
        np.testing.assert_array_equal(decode(tmp_path, record).array, arrays[n])


def test_masks_in_cells_beside_the_picture(tmp_path: Path) -> None:
    masks = [np.zeros((40, 52), np.uint8) for _ in range(2)]
    masks[1][5:9, 10:30] = 2
    told = {"image": [picture(n)[1] for n in range(2)], "mask": [png(mask) for mask in masks]}
    pq.write_table(pa.table(told), tmp_path / "a.parquet")
    drawn = {"format": "masks", "file": "{path}", "select": "[{row}].mask", "names": {2: "yes"}}
    found = card(files=["a.parquet"], image=["image"], annotations=[drawn])
    records, regions = small.read(found, tmp_path)
    assert [len(resolve(tmp_path, r, [x for x in regions if x.record == r.key])[0]) for r in records] == [0, 1]
    (mask,), _ = resolve(tmp_path, records[1], [region for region in regions if region.record == records[1].key])
    assert (mask.offset, mask.voxels) == ((5, 10), 80)
    pq.write_table(pa.table({**told, "mask": [png(mask[1:]) for mask in masks]}), tmp_path / "a.parquet")
    assert all("grid" in reason for reason in small.refused(found, tmp_path))
    pq.write_table(pa.table({"image": told["image"]}), tmp_path / "a.parquet")
    assert all("'mask'" in reason for reason in small.refused(found, tmp_path))


def png(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


def kvasir(path: Path) -> dict[str, np.ndarray]:
    """Three questions on two pictures, which are repeated with each."""
    (one, one_bytes), (two, two_bytes) = picture(1), picture(2)
    images = [{"bytes": data, "path": None} for data in (one_bytes, two_bytes, one_bytes)]
    asked = {"question": ["Is there a polyp?", "How many?", "Where?"], "answer": ["yes", "2", "left"]}
    rows = {"image": images, "img_id": ["b", "a", "b"], **asked}
    pq.write_table(pa.table(rows), path)
    return {"b": one, "a": two}


def test_rows_of_one_picture_are_one_record(tmp_path: Path) -> None:
    arrays = kvasir(tmp_path / "raw.parquet")
    asked = {"format": "questions", "file": "raw.parquet", "key": "img_id", "match": "{img_id}"}
    asked |= {"question": "question", "answer": "answer"}
    found = card(files=["raw.parquet"], image=["image"], one_per="img_id", subject="{img_id}", annotations=[asked])
    records, _ = small.read(found, tmp_path)
    assert [record.subject for record in records] == ["small/b", "small/a"]
    asked_of = [[q["question"] for q in record.meta["questions"]] for record in records]
    assert asked_of == [["Is there a polyp?", "Where?"], ["How many?"]]
    for record, name in zip(records, "ba", strict=True):
        np.testing.assert_array_equal(decode(tmp_path, record).array, arrays[name])


def test_a_table_in_an_archive(tmp_path: Path) -> None:
    kvasir(tmp_path / "raw.parquet")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "raw.parquet", "data/raw.parquet")
    records, _ = small.read(card(files=["all.zip/data/{split}.parquet"], image=["image"]), tmp_path)
    assert [(r.sources[0].member, r.sources[0].select) for r in records] == [
        ("data/raw.parquet", f"[{n}].image") for n in range(3)
    ]
    assert decode(tmp_path, records[2]).array.shape == (40, 52, 3)


def test_several_pictures_of_a_row(tmp_path: Path) -> None:
    """As MedFrameQA has them: a column each, or a list."""
    (one, first), (two, second) = picture(1, "L"), picture(2, "L")
    pq.write_table(pa.table({"id": [1], "frames": [[first, second]], "image_1": [first]}), tmp_path / "a.parquet")
    records, _ = small.read(card(files=["a.parquet"], image=["frames", "image_1"], keep=["column"]), tmp_path)
    assert [record.meta["column"] for record in records] == ["frames[0]", "frames[1]", "image_1"]
    columns = {"image_1": [first, None], "image_2": [None, None]}
    pq.write_table(pa.table(columns), tmp_path / "b.parquet")
    blank = card(files=["b.parquet"], image=["image_1", "image_2"], keep=["column"])
    assert small.refused(blank, tmp_path) == ["b.parquet: line 2: columns image_1, image_2 hold no picture"]
    for record, array in zip(records, (one, two, one), strict=True):
        np.testing.assert_array_equal(decode(tmp_path, record).array, array)


def test_a_cell_without_a_sound_picture(tmp_path: Path) -> None:
    whole = picture(1)[1]
    pq.write_table(
        pa.table({"id": range(4), "image": [whole[:-40], whole, None, b"no picture"]}), tmp_path / "a.parquet"
    )
    found = card(files=["a.parquet"], image=["image"])
    reasons = small.refused(found, tmp_path)
    assert len(reasons) == 3
    assert reasons[0].startswith("a.parquet#[0].image: ")
    assert reasons[1] == "a.parquet: line 3: column 'image' holds no picture"
    (missing, *_) = small.refused(card(files=["a.parquet"], image=["img"]), tmp_path)
    assert missing == "a.parquet: line 1: no column 'img' of pictures"


def test_a_record_whose_row_is_gone_is_not_decoded(tmp_path: Path) -> None:
    kvasir(tmp_path / "raw.parquet")
    *_, last = small.read(card(files=["raw.parquet"], image=["image"]), tmp_path)[0]
    pq.write_table(pa.table({"image": [picture(1)[1]]}), tmp_path / "raw.parquet")
    with pytest.raises(DecodeError, match="row 2 is not there: the file has 1"):
        decode(tmp_path, last)


def test_a_table_of_nothing_but_pictures_is_told_by_its_rows(tmp_path: Path) -> None:
    pq.write_table(pa.table({"image": [picture(1)[1], picture(2)[1]]}), tmp_path / "a.parquet")
    records, _ = small.read(card(files=["a.parquet"], image=["image"]), tmp_path)
    assert [record.subject for record in records] == ["small/a 0", "small/a 1"]
    assert np.array_equal(decode(tmp_path, records[1]).array, picture(2)[0])


def test_a_card_must_name_columns() -> None:
    for options, words in (
        ({}, "an `image` or a `text`"),
        ({"text": ["a"], "headings": ["A", "B"]}, "a heading, or none"),
    ):
        with pytest.raises(LayoutError) as caught:
            open_dataset(card(files=["*.csv"], **options), catalog.labelspace())
        assert words in str(caught.value)

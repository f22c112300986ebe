"""Tables in every way in which they are published, against what other writers put there."""

import gzip
import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from connectors import Unreadable, tables
from connectors.assemble import Image
from connectors.base import Unannotated
from schemas import Geometry
from tests.connectors import small

CARD = small.card("pictures", {"files": ["*.png"]})


def image(root: Path, **fields: str) -> Image:
    return Image(root, CARD, "a.png", {"stem": "a", "name": "a.png", **fields}, Geometry(shape=(33, 40)))


def cells(root: Path, path: str, **options: Any) -> list[dict[str, str]]:
    found = tables.frame(root, path, tables.Source(file=path, **options))
    return [{k: v for k, v in row.items() if not k.startswith("\x00")} for row in found.to_dicts()]


def rows(root: Path, fields: dict[str, str] | None = None, **options: Any) -> list[dict[str, str]]:
    return [dict(row.cells) for row in tables.rows(image(root, **(fields or {})), tables.Table(**options))]


def test_text_stays_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('\ufeffid, value ,"note\n(x)"\n001,1.0,"a, ""b"""\n\n-1,,NaN\n')
    expected = [
        {"id": "001", "value": "1.0", "note (x)": 'a, "b"'},
        {"id": "-1", "value": "", "note (x)": ""},
    ]
    assert cells(tmp_path, "a.csv") == expected
    assert cells(tmp_path, "a.csv", blank=["1.0"])[0]["value"] == ""


def test_a_large_table_is_read_as_pandas_reads_it(tmp_path: Path) -> None:
    made = pd.DataFrame({"k": [f"{n:05d}" for n in range(45_000)], "v": [f"x,{n % 7}" for n in range(45_000)]})
    made.to_csv(tmp_path / "a.csv", index=False)
    expected = pd.read_csv(tmp_path / "a.csv", dtype=str).to_dict("records")
    assert cells(tmp_path, "a.csv") == expected


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(
        "name\nœdème é\n".replace("œ", "o" if encoding == "latin-1" else "œ").encode(encoding)
    )
    expected = "odème é" if encoding == "latin-1" else "œdème é"
    assert cells(tmp_path, "a.csv", encoding=encoding) == [{"name": expected}]


def test_a_wrong_encoding_says_which_to_set(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("œdème\nx\n".encode("cp1252"))
    with pytest.raises(Unreadable, match=r"a\.csv: its header is not utf-8-sig; set `encoding`"):
        cells(tmp_path, "a.csv")
    with pytest.raises(Unreadable, match=r"a\.csv: is not utf-16.*set `encoding`"):
        cells(tmp_path, "a.csv", encoding="utf-16")


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json"])
def test_a_byte_of_another_encoding_costs_its_row(tmp_path: Path, name: str) -> None:
    texts = {
        "a.csv": "id,name\na,naïf\nb,x\n", "a.jsonl": '{"id": "a", "name": "naïf"}\n{"id": "b", "name": "x"}\n',
        "a.json": '[{"id": "a", "name": "naïf"}, {"id": "b", "name": "x"}]',
    }  # fmt: skip
    (tmp_path / name).write_bytes(texts[name].encode("latin-1"))
    table = {"file": name, "key": "id", "match": "{stem}"}
    assert rows(tmp_path, {"stem": "b"}, **table) == [{"id": "b", "name": "x"}]
    (row,) = tables.rows(image(tmp_path, stem="a"), tables.Table(**table))
    with pytest.raises(Unreadable, match="has bytes of another encoding"):
        row["name"]


def test_separators_and_missing_headers(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("a\tb\n1\t2\n")
    (tmp_path / "b.txt").write_text("# made by hand\nimg1  0\n  img2\t1\n")
    (tmp_path / "c.txt").write_text("title\n||n||d||\n||x||y z||\n")
    (tmp_path / "d.csv").write_text("a;b\n1;'2;3'\n")
    assert cells(tmp_path, "a.tsv") == [{"a": "1", "b": "2"}]
    names = cells(tmp_path, "b.txt", header=["image", "class"], comment="#")
    assert names == [{"image": "img1", "class": "0"}, {"image": "img2", "class": "1"}]
    assert cells(tmp_path, "c.txt", separator="||", skip=1)[0] == {"column 1": "", "n": "x", "d": "y z", "column 4": ""}
    assert cells(tmp_path, "d.csv", separator=";", quote="'") == [{"a": "1", "b": "2;3"}]
    assert cells(tmp_path, "d.csv", separator=";", quote=None, ragged=True) == [{"a": "1", "b": "'2"}]


def test_a_broken_header_is_skipped_and_named_anew(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Image Index,Finding Label,Bbox [x,y,w,h],,,\nx.png,Mass,1,2,3,4,,,\n")
    found = cells(tmp_path, "a.csv", skip=1, header=["image", "label", "x", "y", "w", "h"])
    assert found == [{"image": "x.png", "label": "Mass", "x": "1", "y": "2", "w": "3", "h": "4"}]
    assert list(cells(tmp_path, "a.csv")[0])[2:7] == ["Bbox [x", "y", "w", "h]", "column 7"]


def test_columns_of_one_name_differ(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("s,v,v\n1,2,3\n")
    assert cells(tmp_path, "a.csv") == [{"s": "1", "v": "2", "v.1": "3"}]


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ["Data", None, "Left", None],
        ["ID", None, "age", "grade"],
        ["007", 3, 0.5, True],
        [None, 12345678901, None, 1.0],
    ):
        sheet.append(line)
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("C1:D1")
    sheet.merge_cells("A3:A4")
    book.create_sheet("Other").append(["only"])
    book.save(path)


def test_workbooks(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx")
    first = cells(tmp_path, "a.xlsx", header=[0, 1], fill_down=["Data ID"])
    assert first == [
        {"Data ID": "007", "Data": "3", "Left age": "0.5", "Left grade": "true"},
        {"Data ID": "007", "Data": "12345678901", "Left age": "", "Left grade": "1"},
    ]
    assert cells(tmp_path, "a.xlsx", sheet="Other", header=["x"]) == [{"x": "only"}]
    with pytest.raises(
        Unreadable, match=r'a\.xlsx: cannot be read as a table: .*"Nope"|sheet with name "Nope" not found'
    ):
        cells(tmp_path, "a.xlsx", sheet="Nope")


def test_json_in_its_forms(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text(
        json.dumps({"data": {"items": [{"id": 1, "a": {"b": 0.5, "c": None}, "l": ["x", "é"]}]}})
    )
    assert cells(tmp_path, "list.json", rows="data.items") == [{"id": "1", "a.b": "0.5", "a.c": "", "l": '["x", "é"]'}]
    (tmp_path / "map.json").write_text(json.dumps({"i1": {"v": "001"}, "i2": {"w": True}}))
    assert cells(tmp_path, "map.json", id="key") == [
        {"key": "i1", "v": "001", "w": ""}, {"key": "i2", "v": "", "w": "true"},
    ]  # fmt: skip
    (tmp_path / "split.json").write_text(json.dumps({"train": ["a", "b"], "test": ["c"]}))
    found = cells(tmp_path, "split.json", id="split", each=["value"])
    assert [(row["split"], row["value.value"]) for row in found] == [("train", "a"), ("train", "b"), ("test", "c")]
    (tmp_path / "a.jsonl").write_text('{"a": "1"}\n\n{"a": "2"}\n')
    assert cells(tmp_path, "a.jsonl") == [{"a": "1"}, {"a": "2"}]
    with pytest.raises(Unreadable, match=r"map\.json: a mapping and not a list; set `id`"):
        cells(tmp_path, "map.json")
    with pytest.raises(Unreadable, match=r"list\.json: no 'nope' on the way to 'data\.nope'; there is items"):
        cells(tmp_path, "list.json", rows="data.nope")


def test_a_list_of_mappings(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"x/1.jpg": {"v": "a, b"}}, {"x/2.jpg": {"v": ""}}]))
    assert cells(tmp_path, "a.json", id="key") == [{"key": "x/1.jpg", "v": "a, b"}, {"key": "x/2.jpg", "v": ""}]


def test_pickles_without_code(tmp_path: Path) -> None:
    rows = [{"image": "train_1", "question": "what?", "answer": "yes"}]
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(rows))
    assert cells(tmp_path, "a.pkl") == rows
    (tmp_path / "b.pkl").write_bytes(pickle.dumps([Path("x")]))
    with pytest.raises(Unreadable, match=r"b\.pkl: no pickle that can be read: pathlib"):
        cells(tmp_path, "b.pkl")
    (tmp_path / "c.pkl").write_bytes(pickle.dumps(rows)[:-9])
    with pytest.raises(Unreadable, match=r"c\.pkl: no pickle"):
        cells(tmp_path, "c.pkl")


def test_lists_within_lists(tmp_path: Path) -> None:
    entry = {"img": "a", "findings": [{"s": "one", "boxes": [[1, 2], [3, 4]]}, {"s": "two"}]}
    (tmp_path / "a.json").write_text(json.dumps([entry, {"img": "b", "findings": []}]))
    found = cells(tmp_path, "a.json", each=["findings", "boxes"])
    assert [(row["img"], row["findings.s"], row["findings.boxes.value"]) for row in found] == [
        ("a", "one", "[1, 2]"), ("a", "one", "[3, 4]"), ("a", "two", ""), ("b", "", ""),
    ]  # fmt: skip


def test_xml_elements_as_rows(tmp_path: Path) -> None:
    one = '<mark shape="disc"><p x="1" y="2"/><kind> big </kind></mark>'
    two = '<mark><p x="3" y="4"/><kind>small</kind></mark>'
    images = f'<image file="a">{one}{two}</image><image file="b"/><image file="c">{one}</image>'
    (tmp_path / "a.xml").write_text(f'<?xml version="1.0"?><set><!-- c -->{images}</set>')
    found = cells(tmp_path, "a.xml", rows="image", each=["mark"])
    assert [(row["file"], row["mark.p.x"], row["mark.kind"], row["mark.shape"]) for row in found] == [
        ("a", "1", "big", "disc"), ("a", "3", "small", ""), ("b", "", "", ""), ("c", "1", "big", "disc"),
    ]  # fmt: skip
    with pytest.raises(Unreadable, match=r"a\.xml: no <nope> below <set>"):
        cells(tmp_path, "a.xml", rows="nope")
    (tmp_path / "a.xml").write_text("<set><image>")
    with pytest.raises(Unreadable, match=r"a\.xml: not XML"):
        cells(tmp_path, "a.xml", rows="image")


def test_broken_json_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": "1"}\n{"a": \n{"a": "3"}\n')
    assert cells(tmp_path, "a.jsonl") == [{"a": "1"}, {"a": ""}, {"a": "3"}]
    (lost,) = tables.rows(image(tmp_path, stem="2"), tables.Table(file="a.jsonl", key="a", match="{stem}"))
    assert lost.fault.startswith("line 2, column")
    (tmp_path / "a.json").write_text('[{"a": "1"},\n{"a": ')
    with pytest.raises(Unreadable, match=r"a\.json: line 2, column \d+: not JSON"):
        cells(tmp_path, "a.json")


def test_parquet_without_its_pictures(tmp_path: Path) -> None:
    picture = {"bytes": b"xx", "path": "p"}
    pd.DataFrame({"n": [1, 2], "image": [picture] * 2, "q": ["001", None], "o": [["a", "b"], []]}).to_parquet(
        tmp_path / "a.parquet"
    )
    assert cells(tmp_path, "a.parquet") == [
        {"n": "1", "q": "001", "o": '["a", "b"]'}, {"n": "2", "q": "", "o": "[]"},
    ]  # fmt: skip


def test_members_of_archives_and_gzip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("x/labels.csv", "id,v\na,1\n")
    (tmp_path / "l.csv.gz").write_bytes(gzip.compress(b"id,v\na,2\n"))
    assert rows(tmp_path, file="all.zip/x/labels.csv", key="id") == [{"id": "a", "v": "1"}]
    assert rows(tmp_path, file="l.csv.gz", key="id") == [{"id": "a", "v": "2"}]
    (tmp_path / "plain_name.csv").write_bytes(gzip.compress(b"id,v\na,3\n"))
    assert rows(tmp_path, file="plain_name.csv", key="id") == [{"id": "a", "v": "3"}]
    (tmp_path / "l.csv.gz").write_bytes(gzip.compress(b"id,v\na,2\n" * 50)[:30])
    with pytest.raises(Unreadable, match=r"l\.csv\.gz"):
        rows(tmp_path, file="l.csv.gz", key="id")


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "a.json", "a.csv"])
def test_a_cut_or_empty_file_is_unreadable(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(Unreadable, match=name):
        cells(tmp_path, name)


def test_a_bad_row_costs_its_own_image_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,x,y\na,1,2\nb,1\nc,1,2,3\n")
    table = {"file": "a.csv", "key": "id", "match": "{stem}"}
    assert rows(tmp_path, {"stem": "a"}, **table) == [{"id": "a", "x": "1", "y": "2"}]
    for stem, reason in (("b", "line 3: 2 cells where the header has 3; set `ragged`"), ("c", "line 4: 4 cells")):
        (row,) = tables.rows(image(tmp_path, stem=stem), tables.Table(**table))
        with pytest.raises(Unreadable, match=rf"a\.csv: {reason}"):
            row["x"]
    assert rows(tmp_path, {"stem": "b"}, ragged=True, **table) == [{"id": "b", "x": "1", "y": ""}]


@pytest.mark.parametrize(
    ("key", "normalise", "fields", "match"),
    [
        ("C:\\data\\IMG 1.PNG", ["slash", "basename", "stem", "lower"], {"stem": "img 1"}, "{stem}"),
        ("p/q/1.2.840.dcm", ["basename", "stem"], {"stem": "1.2.840"}, "{stem}"),
        ("0042", ["number"], {"case": "42"}, "{case}"),
        ("IMG-1_a", ["alnum", "lower"], {"stem": "img 1 A"}, "{stem}"),
        ("42", ["number"], {"case": "00042"}, "{case}"),
    ],
)
def test_keys_are_made_alike(
    tmp_path: Path, key: str, normalise: list[str], fields: dict[str, str], match: str
) -> None:
    (tmp_path / "a.csv").write_text(f"path,v\n{key},1\nother,2\n")
    found = rows(tmp_path, fields, file="a.csv", key="path", normalise=normalise, match=match)
    assert [row["v"] for row in found] == ["1"]


def test_keys_of_several_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Patient ID,eye,left,right\n7,L,l.png,r.png\n8,L,,r.png\n")
    assert rows(tmp_path, {"p": "7L"}, file="a.csv", key="{Patient ID}{eye}", match="{p}")[0]["left"] == "l.png"
    both = {"file": "a.csv", "key": ["left", "right"], "match": "{n}"}
    assert [len(rows(tmp_path, {"n": name}, **both)) for name in ("l.png", "r.png", "")] == [1, 2, 0]


def test_rows_of_a_key_need_not_stand_together(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,v\nb,1\na,2\nb,3\nc,4\na,5\n")
    found = {key: [row["v"] for row in rows(tmp_path, {"stem": key}, file="a.csv", key="id")] for key in "abcd"}
    assert found == {"a": ["2", "5"], "b": ["1", "3"], "c": ["4"], "d": []}


def test_columns_are_cut_by_patterns_and_rows_are_chosen(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ID,Label\nID_0a_any,1\nID_0a_subdural,0\nodd,1\n")
    options: dict[str, Any] = {
        "file": "a.csv",
        "parts": {"ID": "{sop:ID_[0-9a-f]+}_{kind}"},
        "key": "sop",
        "match": "{sop}",
    }
    found = rows(tmp_path, {"sop": "ID_0a"}, **options)
    assert [(row["kind"], row["Label"]) for row in found] == [("any", "1"), ("subdural", "0")]
    assert len(rows(tmp_path, {"sop": "ID_0a"}, where={"kind": ["subdural"]}, **options)) == 1
    assert rows(tmp_path, {"sop": "ID_0a"}, unless={"kind": "subdural"}, **options)[0]["kind"] == "any"


def test_several_files_are_one_table(tmp_path: Path) -> None:
    for split, name in (("train", "a"), ("test", "b")):
        (tmp_path / f"{split}.csv").write_text(f"id,{split}_only\n{name},x\n")
    found = rows(tmp_path, {"stem": "b"}, file="{split}.csv", key="id")
    assert found == [{"id": "b", "train_only": "", "test_only": "x", "split": "test"}]
    assert rows(tmp_path, {"stem": "b", "split": "train"}, file="{split}.csv", key="id") == []


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,v\na,1\n")
    with pytest.raises(Unreadable, match=r"a\.csv: no column 'ID'; there are id, v"):
        rows(tmp_path, file="a.csv", key="ID")
    with pytest.raises(Unreadable, match=r"no column 'w'; there are id, v"):
        rows(tmp_path, file="a.csv", key="id", where={"w": "1"})
    with pytest.raises(Unreadable, match=r"no row whose id is 'z'"):
        rows(tmp_path, {"stem": "z"}, file="a.csv", key="id", required=True)
    with pytest.raises(Unannotated, match=r"b\.csv: the table is not there"):
        rows(tmp_path, file="b.csv", key="id")
    assert rows(tmp_path, file="b.csv", key="id", required=False) == []
    with pytest.raises(Unreadable, match=r"b\.csv: the file is not there"):
        rows(tmp_path, file="b.csv", key="id", required=True)
    with pytest.raises(ValueError, match="set `key`"):
        tables.Table(file="a.csv")
    with pytest.raises(ValueError, match="no encoding"):
        tables.Table(file="a.csv", key="id", encoding="utf-99")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,v\na,1\n")
    assert rows(tmp_path, file="a.csv", key="id")[0]["v"] == "1"
    path.write_text("id,v\na,22\n")
    assert rows(tmp_path, file="a.csv", key="id")[0]["v"] == "22"


def test_numbers_of_rows_are_keys_too(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("v\nx\ny\n")
    assert rows(tmp_path, {"stem": "1"}, file="a.csv", number="row", key="row")[0]["v"] == "y"


def test_a_hundred_thousand_rows(tmp_path: Path) -> None:
    count = 100_000
    text = "\n".join(f"{n // 4:08d}_{n % 4:03d}.png,Mass|Nodule,{n % 4},{n // 4},058,M,PA" for n in range(count))
    (tmp_path / "a.csv").write_text(f"Image Index,Finding Labels,n,Patient ID,Age,Sex,View\n{text}\n")
    table = tables.Table(file="a.csv", key="Image Index", match="{name}")
    images = [image(tmp_path, name=f"{n // 4:08d}_{n % 4:03d}.png") for n in range(0, count, 50)]
    found = [tables.rows(one, table)[0]["Patient ID"] for one in images]
    assert found == [str(n // 4) for n in range(0, count, 50)]

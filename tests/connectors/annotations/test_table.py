"""Labels and values of images from tables."""

from pathlib import Path
from typing import Any

import pytest

import catalog
from connectors import Unreadable, open_dataset
from tests.connectors import small
from tests.connectors.annotations.published import options, pictures, problems, read, states

LABELS: dict[str, str | None] = {
    "Pneumonia": "pneumonia", "Edema": "pulmonary_edema", "Mass": "nodule", "No Finding": None,
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return pictures(tmp_path, "img/a.png", "img/b.png", "img/c.png")


def found(root: Path, csv: str, mapped: dict[str, str | None] | None = None, **table: Any) -> dict[str, Any]:
    (root / "t.csv").write_text(csv)
    return read(root, mapped or LABELS, {"format": "table", "file": "t.csv", "key": "id", **table})[0]


def why(root: Path, csv: str, **table: Any) -> str:
    (root / "t.csv").write_text(csv)
    (reason,) = problems(root, LABELS, {"format": "table", "file": "t.csv", "key": "id", **table})
    return reason


def test_wide_labels_are_four_valued(root: Path) -> None:
    records = found(root, "id,Pneumonia,Edema\na,1.0,0\nb,-1.0,\n", columns=["Pneumonia", "Edema"])
    assert states(records["a"]) == {"pneumonia": "present", "pulmonary edema": "absent"}
    assert states(records["b"]) == {"pneumonia": "uncertain"}
    assert records["b"].meta["uncertain"] == ["Pneumonia"]
    assert records["a"].meta["annotations"] == ["t.csv"]
    assert "annotations" not in records["c"].meta, "a row that is not there says nothing, not even that anyone looked"


def test_states_of_the_cards_own(root: Path) -> None:
    records = found(
        root, "id,Mass\na,YES\nb,NO\nc,?\n", columns=["Mass"], states={"YES": "present", "NO": "absent", "?": None}
    )
    assert [states(records[case]) for case in "abc"] == [{"nodule": "present"}, {"nodule": "absent"}, {}]


def test_an_unknown_state_costs_its_row(root: Path) -> None:
    assert why(root, "id,Mass\na,1\nb,2\n", columns=["Mass"]).startswith(
        "t.csv: line 3: column 'Mass': '2' is none of '1', '1.0', '0'"
    )


def test_one_class_an_image(root: Path) -> None:
    records = found(root, "id,dx\na,Mass\nb,\nc,Edema\n", label="dx")
    assert [states(records[case]) for case in "abc"] == [{"nodule": "present"}, {}, {"pulmonary edema": "present"}]
    assert "'Mass', 'Edema' for one image" in why(root, "id,dx\na,Mass\na,Edema\n", label="dx")


def test_categories_and_prefixes(root: Path) -> None:
    labels = {"dr:grade=0": "pneumonia", "dr:grade=4": "nodule"}
    records = found(root, "id,grade\na,0\nb,4\nc,\n", labels, categories=["grade"], prefix="dr:")
    assert [list(states(records[case])) for case in "abc"] == [["pneumonia"], ["nodule"], []]


@pytest.mark.parametrize(
    ("split_on", "a", "b"),
    [
        ("|", "Mass|Edema", "No Finding"),
        ("list", "\"['Mass', 'Edema ']\"", "['No Finding']"),
        ("list", '"[""Mass"", ""Edema""]"', "No Finding"),
        ("list", "\"{'Mass': 100.0, 'Edema': 0.0}\"", "[]"),
        ("；", "Mass；Edema；", ""),
    ],
)
def test_cells_of_several_labels(root: Path, split_on: str, a: str, b: str) -> None:
    if b == "No Finding" and split_on == "list":
        assert "'...' is no list" in why(root, f"id,labels\na,{a}\nb,{b}\n", labels="labels", split_on=split_on)
        return
    records = found(root, f"id,labels\na,{a}\nb,{b}\n", labels="labels", split_on=split_on)
    assert states(records["a"]) == {"nodule": "present", "pulmonary edema": "present"}
    assert states(records["b"]) == {}


def test_a_source_that_is_not_sure_leaves_it_uncertain(root: Path) -> None:
    csv = "id,labels\na,\"{'Mass': 100.0, 'Edema': 35.0, 'Pneumonia': 0.0}\"\nb,{'Mass': 80}\nc,\n"
    records = found(root, csv, labels="labels", split_on="list", sure=80)
    assert states(records["a"]) == {"nodule": "present", "pulmonary edema": "uncertain", "pneumonia": "present"}
    assert states(records["b"]) == {"nodule": "present"}
    assert "does not say how sure" in why(root, "id,labels\na,['Mass']\n", labels="labels", split_on="list", sure=80)


def test_long_tables(root: Path) -> None:
    csv = "id,finding,value\na,Mass,1\na,Edema,0\na,Mass,1\nb,Edema,1\n"
    assert states(found(root, csv, labels="finding", value="value")["a"]) == {
        "nodule": "present",
        "pulmonary edema": "absent",
    }
    assert states(found(root, csv, labels="finding")["a"]) == {"nodule": "present", "pulmonary edema": "present"}


@pytest.mark.parametrize(("conflict", "expected"), [("any", "present"), ("majority", "absent")])
def test_contradictions_are_settled_as_the_card_says(root: Path, conflict: str, expected: str) -> None:
    csv = "id,Mass,r\na,1,x\na,0,y\na,0,z\n"
    assert "'Mass' is absent and present for one image; set `conflict`" in why(root, csv, columns=["Mass"])
    assert states(found(root, csv, columns=["Mass"], conflict=conflict)["a"]) == {"nodule": expected}


def test_a_tie_is_uncertain(root: Path) -> None:
    records = found(root, "id,Mass\na,1\na,0\n", columns=["Mass"], conflict="majority")
    assert states(records["a"]) == {"nodule": "uncertain"}
    assert records["a"].meta["uncertain"] == ["Mass"]


def test_readers_who_differ_leave_it_uncertain_and_are_named(root: Path) -> None:
    csv = "id,who,Mass,Edema,c\na,R2,1,0,x\na,R1,0,0,y\na,R9,1,0,y\nb,R1,1,,x\nc,R1,1,0,x\nc,R2,1,0,x\n"
    table = {"columns": ["Mass", "Edema"], "conflict": "uncertain", "reader": "who", "tell": {"kind": "c"}}
    records = found(root, csv, **table)
    assert states(records["a"]) == {"nodule": "uncertain", "pulmonary edema": "absent"}
    assert records["a"].meta["votes"] == {"Mass": {"R1": "absent", "R2": "present", "R9": "present"}}
    assert records["a"].meta["readers"] == ["R1", "R2", "R9"]
    assert records["a"].meta["kind"] == "x | y", "of a value all that was said"
    assert states(records["b"]) == {"nodule": "present"}
    assert records["b"].meta["readers"] == ["R1"]
    assert "votes" not in records["c"].meta


def test_classes_of_which_readers_choose_different_ones(root: Path) -> None:
    csv = "id,who,c\na,R2,Mass\na,R1,Edema\nb,R1,Mass\nb,R2,Mass\n"
    records = found(root, csv, label="c", conflict="uncertain", reader="who")
    assert states(records["a"]) == {"nodule": "uncertain", "pulmonary edema": "uncertain"}
    assert records["a"].meta["votes"] == {
        "Edema": {"R1": "present", "R2": "absent"}, "Mass": {"R1": "absent", "R2": "present"},
    }  # fmt: skip
    assert states(records["b"]) == {"nodule": "present"}


def test_a_column_that_not_every_release_has(root: Path) -> None:
    table: dict[str, Any] = {"columns": ["Mass", "Edema"], "tell": {"age": "Age", "sex": "Sex"}}
    records = found(root, "id,Mass,Sex\na,1,F\n", **table, optional=["Edema", "Age"])
    assert states(records["a"]) == {"nodule": "present"}
    assert records["a"].meta["sex"] == "F"
    assert "no column 'Edema'" in why(root, "id,Mass,Sex\na,1,F\n", **table, optional=["Age"])


def test_values_for_the_record_and_for_templates(root: Path) -> None:
    (root / "t.csv").write_text("id,Patient ID,Patient Age,fold\na,007,058Y,9\nb,007,,1\nc,8,1Y,9\n")
    table = {
        "format": "table",
        "file": "t.csv",
        "key": "id",
        "tell": {"age": "Patient Age", "fold": "fold"},
        "hide": {"pid": "Patient ID"},
    }
    split = {"by": "{fold}", "map": {"9": "test", "1": "train"}}
    records, _ = read(root, {}, table, subject="{pid}", split=split)
    assert [records[case].subject for case in "abc"] == ["small/007", "small/007", "small/8"]
    assert records["a"].meta == {"age": "058Y", "fold": "9"}
    assert records["b"].meta == {"fold": "1"}
    assert [records[case].split for case in "abc"] == ["test", "train", "test"]


def test_a_table_of_one_view_says_so_of_its_images(root: Path) -> None:
    (root / "t.csv").write_text("id,skin\na,x\n")
    table = {"format": "table", "file": "t.csv", "key": "id", "fixed": {"view": "close"}}
    records, _ = read(root, {}, table)
    assert records["a"].meta == {"view": "close"}
    assert records["b"].meta == {}


def test_what_is_told_finds_rows_of_another_table(root: Path) -> None:
    (root / "t.csv").write_text("id,patient\na,p1\nb,p2\nc,p1\n")
    (root / "p.csv").write_text("patient,Pneumonia\np1,1\np2,0\n")
    first = {"format": "table", "file": "t.csv", "key": "id", "hide": {"patient": "patient"}}
    second = {"format": "table", "file": "p.csv", "key": "patient", "match": "{patient}", "columns": ["Pneumonia"]}
    records, _ = read(root, LABELS, first, second)
    assert [states(records[case])["pneumonia"] for case in "abc"] == ["present", "absent", "present"]


def test_reports(root: Path) -> None:
    csv = 'id,findings,impression\na,"Clear, no mass.",Normal.\nb,,Mass.\nc,,\n'
    records = found(root, csv, text=["findings", "impression"], headings=["FINDINGS", "IMPRESSION"])
    assert records["a"].text == "FINDINGS: Clear, no mass.\n\nIMPRESSION: Normal."
    assert records["b"].text == "IMPRESSION: Mass."
    assert records["c"].text is None


def test_a_changed_table_changes_the_item(root: Path) -> None:
    import catalog
    from connectors import open_dataset
    from tests.connectors import small
    from tests.connectors.annotations.published import options

    card = small.card("pictures", options({"format": "table", "file": "t.csv", "key": "id", "label": "dx"}), LABELS)
    marks = []
    for text in ("id,dx\na,Mass\n", "id,dx\na,Edema!\n"):
        (root / "t.csv").write_text(text)
        marks.append([item.fingerprint for item in open_dataset(card, catalog.labelspace()).listing(root)])
    assert all(one != other for one, other in zip(*marks, strict=True))


def test_an_unreadable_cell_costs_its_label_and_no_other(root: Path) -> None:
    csv = "id,Mass,Edema\na,?,1\nb,0,0\n"
    assert states(found(root, csv, columns=["Mass", "Edema"])["a"]) == {"pulmonary edema": "present"}
    assert why(root, csv, columns=["Mass", "Edema"]).startswith("t.csv: line 2: column 'Mass': '?' is none of")


@pytest.mark.parametrize(
    ("csv", "said"),
    [
        ("id,Mass,Edema\na,1,0\na,0,0\n", {"nodule": "uncertain", "pulmonary edema": "absent"}),  # on the mass alone
        ("id,Mass,Edema\na,0,1\na,?,1\n", {"pulmonary edema": "present"}),  # the other row may say otherwise
        ("id,Mass,Edema\na,0,1\na,0\n", {"pulmonary edema": "present"}),  # a row that is cut may say anything
        ("id,Mass,Edema\na,1,1\na,0\n", {"nodule": "present", "pulmonary edema": "present"}),
    ],
)
def test_rows_that_disagree_or_are_lost_leave_a_label_open(root: Path, csv: str, said: dict[str, str]) -> None:
    assert states(found(root, csv, columns=["Mass", "Edema"])["a"]) == said
    assert why(root, csv, columns=["Mass", "Edema"]).startswith("t.csv: line ")


def test_what_is_uncertain_or_lost_is_not_absent(root: Path) -> None:
    table = {"format": "table", "file": "t.csv", "key": "id"}
    for csv, more in (
        ("id,Mass\na,-1\nb,0\n", {"columns": ["Mass"]}), ("id,Mass\na,?\nb,0\n", {"columns": ["Mass"]}),
        ("id,Mass\na,1\na,0\nb,0\n", {"columns": ["Mass"]}), ("id,dx\na,Mass\na,Edema\nb,Edema\n", {"label": "dx"}),
        ("id,dx\na,Unheard of\nb,Edema\n", {"label": "dx"}),
    ):  # fmt: skip
        (root / "t.csv").write_text(csv)
        card = small.card("pictures", options({**table, **more}), LABELS, exhaustive=["nodule"])
        records = small.read(card, root)[0]
        assert [record.exhaustive for record in records] == [(), ("nodule",), ()], csv


def test_rows_that_disagree_on_a_value_do_not_tell_it_and_on_the_patient_refuse_the_image(root: Path) -> None:
    csv = "id,age,who\na,5,p1\na,6,p1\nb,7,p2\nc,8,p3\nc,8,p4\n"
    table = {"format": "table", "file": "t.csv", "key": "id", "tell": {"age": "age"}, "hide": {"who": "who"}}
    (root / "t.csv").write_text(csv)
    (told, whose) = problems(root, {}, table, subject=["{who}", "{case}"])
    assert told.startswith("t.csv: line 2: column 'age' has '5', '6' for one image")
    assert whose.startswith("t.csv: line 5: column 'who' has 'p3', 'p4' for one image")
    (root / "t.csv").write_text("id,age,who\na,5,p1\nb,7\nc,8,p3\n")
    (cut,) = problems(root, {}, table, subject=["{who}", "{case}"])
    assert cut.startswith("t.csv: line 3: 2 cells"), "the image must not fall back to a subject of its own"


def test_equal_rows_are_counted_once_and_told_unless_they_are_votes(root: Path) -> None:
    csv = "id,Mass\na,1\na,1\na,0\n"
    assert "2 rows say the same (lines 2, 3)" in problems_of(root, csv, columns=["Mass"], conflict="any")
    assert problems_of(root, csv, columns=["Mass"], conflict="majority") == ""
    assert states(found(root, csv, columns=["Mass"], conflict="majority")["a"]) == {"nodule": "present"}


def problems_of(root: Path, csv: str, **table: Any) -> str:
    (root / "t.csv").write_text(csv)
    return "\n".join(problems(root, LABELS, {"format": "table", "file": "t.csv", "key": "id", **table}))


def test_nan_is_blank(root: Path) -> None:
    (root / "t.json").write_text('[{"id": "a", "dx": NaN, "age": NaN}, {"id": "b", "dx": "Mass", "age": 5}]')
    table = {"format": "table", "file": "t.json", "key": "id", "label": "dx", "tell": {"age": "age"}}
    records = read(root, LABELS, table)[0]
    assert (states(records["a"]), "age" in records["a"].meta) == ({}, False)
    assert states(records["b"]) == {"nodule": "present"}
    csv = 'id,dx\na,nan\nb,"[""Mass"", NaN]"\n'
    assert states(found(root, csv, labels="dx", split_on="list")["b"]) == {"nodule": "present"}
    assert problems_of(root, csv, labels="dx", split_on="list") == ""


def test_a_table_that_is_not_there_costs_what_it_says_and_is_told(root: Path) -> None:
    (root / "t.csv").write_text("id,Mass\na,1\nb,1\nc,1\n")
    there = {"format": "table", "file": "t.csv", "key": "id", "columns": ["Mass"]}
    gone = {"format": "table", "file": "gone.csv", "key": "id", "columns": ["Edema"], "tell": {"who": "who"}}
    assert len(read(root, LABELS, there, gone)[0]) == 3
    reasons = problems(root, LABELS, there, gone)
    assert [reason.startswith("gone.csv: the table is not there") for reason in reasons] == [True] * 3
    assert problems(root, LABELS, there, {**gone, "required": False}) == []
    refused = problems(root, LABELS, there, {**gone, "required": True})
    assert refused == ["gone.csv: the file is not there"] * 3
    assert len(problems(root, LABELS, there, gone, subject=["{who}", "{case}"])) == 3
    with pytest.raises(Unreadable, match="the table is not there"):  # whose the image is would be guessed
        read(root, LABELS, there, gone, subject=["{who}", "{case}"])
    card = small.card("pictures", options(there, gone), LABELS, exhaustive=["pulmonary_edema", "nodule"])
    assert [len(record.exhaustive) for record in small.read(card, root)[0]] == [2] * 3, "the other table looked"
    card = small.card("pictures", options(gone), LABELS, exhaustive=["pulmonary_edema"])
    assert [record.exhaustive for record in small.read(card, root)[0]] == [()] * 3, "nobody looked"


def test_a_table_of_one_part_says_nothing_of_the_others(root: Path) -> None:
    (root / "t.csv").write_text("id,Mass\na,1\n")
    table = {"format": "table", "file": "{case}.csv", "key": "id", "columns": ["Mass"], "only": {"case": ["a", "d"]}}
    (root / "a.csv").write_text("id,Mass\na,1\n")
    assert problems(root, LABELS, table) == []
    fixed = {**table, "file": "gone.csv"}
    assert [reason.partition(":")[0] for reason in problems(root, LABELS, fixed)] == ["gone.csv"]
    card = small.card("pictures", options({**table, "file": "t.csv"}), LABELS)
    items = list(open_dataset(card, catalog.labelspace()).listing(root))
    assert [item.group for item in items] == [("t.csv",), (), ()], "an item depends on what is read for it"


def test_an_image_that_no_list_names_keeps_its_place_without_a_split(root: Path) -> None:
    (root / "train.txt").write_text("a\n")
    (root / "test.txt").write_text("b,x\n")
    lists = {"format": "split_lists", "file": "{split:train|test}.txt", "header": ["case"], "separator": ",",
             "key": "case"}  # fmt: skip
    split = {"by": "{split}", "map": {"train": "train", "test": "test"}}
    records = read(root, {}, lists, split=split)[0]
    assert {name: record.split for name, record in records.items()} == {"a": "train", "b": None, "c": None}
    cut, without, unlisted = problems(root, {}, lists, split=split)
    assert cut.startswith("test.txt: line 1: 2 cells where the header has 1")
    assert without.startswith("img/b.png: nothing tells its 'split'")
    assert unlisted.startswith("img/c.png: nothing tells its 'split'")

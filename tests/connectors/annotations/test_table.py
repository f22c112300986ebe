"""Labels and values of images from tables."""

from pathlib import Path
from typing import Any

import pytest

from tests.connectors.annotations.published import pictures, problems, read, states

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


def test_wide_labels_are_three_valued(root: Path) -> None:
    records = found(root, "id,Pneumonia,Edema\na,1.0,0\nb,-1.0,\n", columns=["Pneumonia", "Edema"])
    assert states(records["a"]) == {"pneumonia": "present", "pulmonary edema": "absent"}
    assert states(records["b"]) == {}
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
        assert "'No Finding' is no list" in why(root, f"id,labels\na,{a}\nb,{b}\n", labels="labels", split_on=split_on)
        return
    records = found(root, f"id,labels\na,{a}\nb,{b}\n", labels="labels", split_on=split_on)
    assert states(records["a"]) == {"nodule": "present", "pulmonary edema": "present"}
    assert states(records["b"]) == {}


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
    assert states(records["a"]) == {}
    assert records["a"].meta["uncertain"] == ["Mass"]


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

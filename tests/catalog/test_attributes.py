"""Every value that a card tells beside its images is declared: a fact of a kind, or left out with the reason."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import catalog
from catalog.attributes import shared
from catalog.errors import CatalogError
from catalog.load import read_card
from catalog.validate import problems
from schemas.stated import told
from tests.connectors import small

TELL = {"format": "table", "file": "t.csv", "tell": {"age": "Age", "note": "Note"}}
OPTIONS = {"files": ["{image}.png"], "annotations": [TELL]}
SHARED: dict[str, Any] = {"names": {"age": {"as": "age", "level": "patient"}}, "concepts": {}}


def tree(root: Path, facts: dict[str, Any], shared: dict[str, Any] = SHARED) -> Path:
    """A catalogue of one card, with the label space of ours."""
    folder = root / "catalog"
    (folder / "datasets").mkdir(parents=True)
    (folder / "concepts").symlink_to(catalog.ROOT / "concepts")
    (root / "connectors").symlink_to(catalog.ROOT.parent / "connectors")
    (folder / "attributes.yaml").write_text(yaml.safe_dump(shared))
    card = small.card("pictures", OPTIONS).model_dump(mode="json", by_alias=True, exclude_none=True)
    card["layout"]["facts"] = facts
    card["evidence"] = [{"what": "a", "where": "b"}]
    (folder / "datasets/small.yaml").write_text(yaml.safe_dump(card))
    return folder


def faults(folder: Path) -> list[str]:
    return [f"{problem.key}: {problem.action}" for problem in problems(folder)]


def test_what_is_shared_need_not_be_said_again(tmp_path: Path) -> None:
    folder = tree(tmp_path, {"note": {"left_out": "free text"}})
    assert faults(folder) == []
    facts = read_card(folder / "datasets/small.yaml").layout.facts
    assert (facts["age"].kind, facts["note"].left_out) == ("age", "free text")


def test_a_card_goes_before_what_is_shared(tmp_path: Path) -> None:
    own = {"as": "age", "unit": "months"}
    folder = tree(tmp_path, {"note": {"left_out": "free text"}, "age": own})
    assert read_card(folder / "datasets/small.yaml").layout.facts["age"].unit == "months"


def test_a_name_that_nobody_declares_is_an_error(tmp_path: Path) -> None:
    (fault,) = faults(tree(tmp_path, {}))
    assert fault.startswith("layout.facts.note: not declared")


def test_a_name_that_nothing_tells_is_an_error(tmp_path: Path) -> None:
    (fault,) = faults(tree(tmp_path, {"note": {"left_out": "text"}, "grde": {"left_out": "x"}}))
    assert fault.startswith("layout.facts.grde: nothing tells")


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"left_out": " "}, "say why"), ({}, "either"), ({"as": "attribute", "left_out": "x"}, "either"),
        ({"as": "grade"}, "scale"), ({"as": "outcome"}, "horizon"), ({"as": "guess"}, "'guess' is none of 'attribute'"),
        ({"as": "attribute", "concept": "no_such_slug"}, "no concept"),
    ],
)  # fmt: skip
def test_what_is_half_declared_is_refused(tmp_path: Path, declared: dict[str, Any], said: str) -> None:
    (fault,) = faults(tree(tmp_path, {"note": declared}))
    assert said in fault


def test_the_shared_file_is_checked(tmp_path: Path) -> None:
    for content in ([], {"names": {}}, {"names": {"a": {"as": "grade"}}, "concepts": {}}):
        with pytest.raises(CatalogError):
            shared(content)
    concepts = {"no_such_slug": {"as": "condition"}}
    assert "no such concept" in faults(tree(tmp_path, {}, {"names": {}, "concepts": concepts}))[0]


def test_every_name_of_every_card_is_mapped_or_left_out() -> None:
    names: dict[str, set[bool]] = {}
    for card in catalog.cards().values():
        for name in told(card.layout.reader, card.layout.options):
            names.setdefault(name, set()).add(card.layout.facts[name].kind is not None)
    assert len(names) > 200
    assert all(
        not reasons & {True} for name, reasons in names.items() if name in ("lesion", "case", "licence", "codes")
    )


def test_grades_say_what_high_means() -> None:
    for card in catalog.cards().values():
        for declared in card.layout.facts.values():
            if declared.scale is not None:
                assert declared.scale.high
                assert declared.scale.value(str(declared.scale.lowest)) is not None
                assert declared.scale.value(str(declared.scale.highest)) is not None

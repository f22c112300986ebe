"""docs/datasets.md."""

import re
from pathlib import Path

import catalog
from catalog import docs


def test_the_page_is_current() -> None:
    assert docs.current(), "run: make docs"


def test_every_set_has_its_row() -> None:
    rows = re.findall(r"^\| \[(\w+)\]\((\S+)\) \|", docs.page(), re.M)
    assert rows == [(card.id, card.homepage) for card in catalog.cards().values()]
    widths = {line.count("|") for line in docs.page().splitlines() if line.startswith("| [")}
    assert widths == {len(docs.COLUMNS) + 1}


def test_another_page_is_not_current(tmp_path: Path) -> None:
    path = tmp_path / "datasets.md"
    assert not docs.current(path)
    path.write_text(docs.page() + "\n", encoding="utf-8")
    assert not docs.current(path)
    path.write_text(docs.page(), encoding="utf-8")
    assert docs.current(path)

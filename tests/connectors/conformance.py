"""What every data set's connector must do. A test module names its replica and its numbers; the rest is here."""

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

import catalog
from connectors import Connector, Item, NotPartOf, Unreadable, open_dataset
from connectors.base import Found
from schemas import Notice, Record, Region
from schemas.region import LabelShape
from tests.replicas import dicom

Rows = list[Found]


def read_all(connector: Connector, root: Path) -> tuple[Rows, list[Unreadable], list[NotPartOf]]:
    rows: Rows = []
    broken: list[Unreadable] = []
    others: list[NotPartOf] = []
    for item in connector.listing(root):
        try:
            rows += list(connector.read(root, item))
        except Unreadable as error:
            broken.append(error)
        except NotPartOf as error:
            others.append(error)
    return rows, broken, others


def records(rows: Rows) -> list[Record]:
    return [row for row in rows if isinstance(row, Record)]


def regions(rows: Rows) -> list[Region]:
    return [row for row in rows if isinstance(row, Region)]


class Conformance:
    """`victims`: file -> records that it costs, and nothing else, when it is cut, emptied or removed."""

    dataset: ClassVar[str]
    build: ClassVar[Callable[[Path], None]]
    counts: ClassVar[tuple[int, int]]  # records, regions
    filtered: ClassVar[int] = 0
    victims: ClassVar[dict[str, int]]

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        folder = tmp_path / self.dataset
        type(self).build(folder)
        return folder

    @pytest.fixture
    def connector(self) -> Connector:
        return open_dataset(catalog.card(self.dataset), catalog.labelspace())

    @pytest.fixture
    def rows(self, connector: Connector, root: Path) -> Rows:
        rows, broken, others = read_all(connector, root)
        assert not broken, broken
        assert len(others) == self.filtered, others
        return rows

    def test_counts_and_keys(self, rows: Rows) -> None:
        assert (len(records(rows)), len(regions(rows))) == self.counts
        keys = [row.key for row in rows]
        assert len(set(keys)) == len(keys)
        known = {record.key for record in records(rows)}
        assert all(region.record in known for region in regions(rows))

    def test_listing_is_sorted_and_stays(self, connector: Connector, root: Path) -> None:
        items = list(connector.listing(root))
        assert items == list(connector.listing(root))
        assert len({(item.uri, item.member) for item in items}) == len(items)
        assert all(not Path(name).is_absolute() for item in items for name in (item.uri, *item.group))

    def test_fingerprint_follows_the_file(self, connector: Connector, root: Path) -> None:
        before = {item.uri: item.fingerprint for item in connector.listing(root)}
        target = root / next(iter(before))
        target.write_bytes(target.read_bytes() + b"\0")
        after = {item.uri: item.fingerprint for item in connector.listing(root)}
        assert after[next(iter(before))] != before[next(iter(before))]

    def test_reading_twice_gives_the_same_bytes(self, connector: Connector, root: Path, rows: Rows) -> None:
        again, _, _ = read_all(connector, root)
        assert [row.to_json() for row in again] == [row.to_json() for row in rows]

    def test_sources_hash_right(self, root: Path, rows: Rows) -> None:
        maps = [region.shape.source for region in regions(rows) if isinstance(region.shape, LabelShape)]
        for source in [s for record in records(rows) for s in record.sources] + maps:
            data = (root / source.uri).read_bytes()
            if source.member is not None:
                data = zipfile.ZipFile(root / source.uri).read(source.member)
            assert (source.sha256, source.bytes) == (hashlib.sha256(data).hexdigest(), len(data))

    def test_subjects_and_personal_data(self, rows: Rows) -> None:
        space = catalog.card(self.dataset).subject_space or self.dataset
        for record in records(rows):
            assert record.subject.startswith(f"{space}/")
            assert len(record.subject) > len(space) + 1
        for row in rows:
            assert not [word for word in dicom.PERSONAL if word in row.to_json()]

    def test_concepts_come_from_the_label_space(self, rows: Rows) -> None:
        space = catalog.labelspace()
        for record in records(rows):
            assert space.of(record.modality).facet == "modality"
        for region in regions(rows):
            assert space.of(region.concept).concept == region.concept
            assert region.source_label

    @pytest.mark.parametrize("how", ["cut", "emptied", "removed"])
    def test_a_broken_file_costs_only_itself(self, connector: Connector, root: Path, how: str) -> None:
        for victim, lost in self.victims.items():
            items = list(connector.listing(root))
            whole = (root / victim).read_bytes()
            ruin(root / victim, how)
            errors, kept, notices = _read_items(connector, root, items)
            (root / victim).write_bytes(whole)
            if how == "removed" and sum(victim in notice for notice in notices) == lost:
                lost = 0  # a mask that is not there costs no image, and is said
            assert len(errors) == lost, (victim, errors)
            assert all(victim in str(error) for error in errors)
            assert kept == self.counts[0] - lost


def ruin(path: Path, how: str) -> None:
    data = path.read_bytes()
    path.unlink()
    if how != "removed":
        path.write_bytes(data[: len(data) // 2] if how == "cut" else b"")


def _read_items(connector: Connector, root: Path, items: list[Item]) -> tuple[list[Unreadable], int, list[str]]:
    errors, kept, notices = [], 0, []
    for item in items:
        try:
            rows = list(connector.read(root, item))
            kept += len(records(rows))
            notices += [row.text() for row in rows if isinstance(row, Notice)]
        except Unreadable as error:
            errors.append(error)
        except NotPartOf:
            pass
    return errors, kept, notices

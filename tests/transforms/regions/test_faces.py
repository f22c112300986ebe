"""A recipe may ask that no face leaves: heads and photographs stay behind unless their source removed faces."""

import pytest

import catalog
from schemas import DatasetCard, Geometry, Record, SourceFile
from schemas.record import Kind
from tests.connectors import small
from transforms.regions import faces

SPACE = catalog.labelspace()


def card(**more: object) -> DatasetCard:
    return small.card("pictures", {"files": ["{file}.png"]}, **more)


def record(kind: Kind, modality: str, *anatomy: str) -> Record:
    source = SourceFile(uri="a", sha256="0" * 64, bytes=1)
    return Record(
        key="r", dataset="small", kind=kind, decoder="nifti", sources=(source,), subject="small/1",
        geometry=Geometry(shape=(4, 5, 6) if kind == "volume" else (4, 5)), modality=SPACE.concept(modality),
        anatomy=tuple(map(SPACE.concept, anatomy)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "modality", "anatomy", "shown"),
    [
        ("volume", "mr", ("brain",), True), ("volume", "ct", ("head",), True), ("volume", "pt", ("body",), True),
        ("volume", "ct", ("liver",), False), ("image", "mr", ("brain",), False), ("image", "op", ("eye",), False),
        ("image", "clinical_photograph", ("skin",), True), ("volume", "us", ("brain",), False),
    ],
)  # fmt: skip
def test_what_may_show_a_face(kind: Kind, modality: str, anatomy: tuple[str, ...], shown: bool) -> None:
    assert (faces.reason(card(), SPACE, record(kind, modality, *anatomy)) is not None) == shown


@pytest.mark.parametrize("said", ["none", "removed"])
def test_a_card_that_says_so_lets_it_pass(said: str) -> None:
    assert faces.reason(card(faces=said), SPACE, record("volume", "mr", "brain")) is None


def test_a_record_of_unknown_anatomy_is_of_what_its_card_is() -> None:
    assert faces.reason(card(), SPACE, record("volume", "ct")) is None  # of a liver
    assert faces.reason(card(anatomy=["brain"]), SPACE, record("volume", "ct")) is not None

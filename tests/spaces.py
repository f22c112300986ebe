"""A small label space by hand, for tests that must not depend on the catalogue's own."""

from schemas import Concept, Entry, LabelSpace
from schemas.labelspace import Facet
from tests.scenes import ABDOMEN, CT, LEFT_KIDNEY, LESION, LIVER, RIGHT_KIDNEY

MR = Concept(system="DCM", code="MR", label="magnetic resonance imaging")
US = Concept(system="DCM", code="US", label="ultrasound")
SM = Concept(system="DCM", code="SM", label="slide microscopy")
ECG = Concept(system="DCM", code="ECG", label="electrocardiography")
DOC = Concept(system="DCM", code="DOC", label="radiology report")
BODY = Concept(system="SCT", code="38266002", label="body")
BONE = Concept(system="SCT", code="272673000", label="bone")
CHEST = Concept(system="SCT", code="816094009", label="chest")
LUNG = Concept(system="SCT", code="39607008", label="lung")
LEFT_LUNG = Concept(system="SCT", code="44029006", label="left lung")
LEFT_UPPER_LOBE = Concept(system="SCT", code="45653009", label="left lung upper lobe")
NODULE = Concept(system="SCT", code="427359005", label="pulmonary nodule")
OPTIC_DISC = Concept(system="SCT", code="24244001", label="optic disc")
OPTIC_CUP = Concept(system="SCT", code="110815002", label="optic cup")
NUCLEUS = Concept(system="SCT", code="84640000", label="nucleus")
EFFUSION = Concept(system="SCT", code="60046008", label="pleural effusion")
CARDIOMEGALY = Concept(system="SCT", code="8186001", label="cardiomegaly")
PNEUMOTHORAX = Concept(system="SCT", code="36118008", label="pneumothorax")
MALIGNANCY = Concept(system="TRIPTYCH", code="malignancy", label="malignancy")
HEART_RATE = Concept(system="SCT", code="364075005", label="heart rate")
QT_INTERVAL = Concept(system="SCT", code="77867006", label="QT interval")


def entry(slug: str, facet: Facet, concept: Concept, **rest: object) -> Entry:
    return Entry.model_validate({"slug": slug, "facet": facet, "concept": concept, **rest})


def small_space() -> LabelSpace:
    """Organs with sides and plurals, findings, modalities and attributes: enough for the hand-drawn scenes."""
    return LabelSpace(
        entries=(
            entry("ct", "modality", CT, synonyms=("ct", "ct scan")),
            entry("mr", "modality", MR, synonyms=("mr", "mri")),
            entry("us", "modality", US),
            entry("sm", "modality", SM),
            entry("ecg", "modality", ECG),
            entry("doc", "modality", DOC),
            entry("body", "anatomy", BODY, mass=False),
            entry("bone", "anatomy", BONE, parents=("body",), mass=True),
            entry("abdomen", "anatomy", ABDOMEN, parents=("body",)),
            entry("chest", "anatomy", CHEST, parents=("body",)),
            entry("liver", "anatomy", LIVER, parents=("abdomen",), plural="livers"),
            entry("left_kidney", "anatomy", LEFT_KIDNEY, parents=("abdomen",), side="left", pair="right_kidney"),
            entry("right_kidney", "anatomy", RIGHT_KIDNEY, parents=("abdomen",), side="right", pair="left_kidney"),
            entry("lung", "anatomy", LUNG, parents=("chest",), plural="lungs"),
            entry("left_lung", "anatomy", LEFT_LUNG, parents=("lung",), side="left"),
            entry("left_lung_upper_lobe", "anatomy", LEFT_UPPER_LOBE, parents=("left_lung",), side="left"),
            entry("nucleus", "anatomy", NUCLEUS, plural="nuclei"),
            entry("optic_disc", "anatomy", OPTIC_DISC),
            entry("optic_cup", "anatomy", OPTIC_CUP, parents=("optic_disc",)),
            entry("lesion", "finding", LESION, plural="lesions"),
            entry(
                "pulmonary_nodule", "finding", NODULE, plural="pulmonary nodules", synonyms=("nodule", "lung nodule")
            ),
            entry("pleural_effusion", "finding", EFFUSION, plural="pleural effusions"),
            entry("cardiomegaly", "finding", CARDIOMEGALY, mass=True),
            entry("pneumothorax", "finding", PNEUMOTHORAX, plural="pneumothoraces"),
            entry("malignancy", "attribute", MALIGNANCY, mass=True),
            entry("heart_rate", "attribute", HEART_RATE),
            entry("qt_interval", "attribute", QT_INTERVAL),
        )
    )

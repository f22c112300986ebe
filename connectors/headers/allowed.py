"""The one list of what a header may tell a record in words, whatever the format; numbers of its grid aside, nothing
else is taken over.

DICOM: the Basic Application Level Confidentiality Profile (PS3.15 Annex E, Table E.1-1, in the edition that the package
dicom-anonymizer has as data). Private tags, and whatever the table removes, empties or replaces, are not read, but by
these options of the profile: Retain Patient Characteristics (age, sex, size and weight, where a card names them), Clean
Descriptors (descriptions, where the publisher cleared them), Retain UIDs and ids (likewise; otherwise they become keyed
pseudonyms). No date or time is read. Of what is read, codes are held against the terms that the standard defines.
"""

import re
from functools import lru_cache
from pathlib import Path

import yaml
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.tag import Tag

IDENTIFIERS = ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
DESCRIPTIONS = ("SeriesDescription", "StudyDescription", "ProtocolName", "SequenceName", "ConvolutionKernel")
CHARACTERISTICS = ("PatientAge", "PatientSex", "PatientSize", "PatientWeight")
FREE_VR = ("CS", "AS", "DS", "IS", "US", "SS", "UL", "SL", "FL", "FD")
DATE_VR = ("DA", "TM", "DT")
CODE = re.compile(r"[A-Z0-9_ ]{1,16}|\d{3}[DWMY]|-?[\d.]+(e[+-]?\d+)?")

SEVERAL = ("BodyPartExamined", "PhotometricInterpretation")  # keywords whose values may be of several words

CHANNEL = re.compile(  # leads (standard, Nehb, Frank, modified), electrodes (10-20, 10-10), other signals
    r"(?:Lead )?(?:I|II|III|[aA][vV][RLF]|-?aVR|V\d{1,2}R?|CM\d|MC?L(?:I|II|III|\d)|M?V\d|[DAJ]|[XYZ]|V[XYZ]|mod\.?V\d"
    r"|(?:Fp|AF|F|FT|FC|T|TP|C|CP|P|PO|O|A|M|Cb|N)(?:z|\d{1,2})"
    r"|EEG|ECG|EKG|EMG|EOG|ABP|ART|BP|CVP|ICP|LAP|PAP|RAP|PLETH?|PPG|RESP|SpO2|SCG|PCG|GSR|EDA|CO2|NBP|HR|SV|CH|LEG|CHIN"
    r"|Resp|Pleth|Chin|Flow|Thorax|Abdomen|Event|Marker|Status|Trigger|channel|signal|sig|lead|MLII)"
)
CHANNEL_NAME = re.compile(
    rf"{CHANNEL.pattern}(?:[ _/+-]?(?:{CHANNEL.pattern}|Ref|\d{{1,3}}))*(?: \([A-Za-z ]{{1,12}}\))?"
)
UNIT = re.compile(r"[numkM]?(?:V|A|Pa|Hz|s|bpm|g|S|L/min|L|mmHg|NU|adu)|mmHg|%|NU|NA|degC|l/min|au|bpm|1")
_CODE = r"(?:\d{4,18}|Normal|AF|AFL|I-AVB|LBBB|RBBB|PAC|PVC|STD|STE|SR|NSR|SB|STach|LAD|RAD|QAb|TAb|TInv|LQT|LVH|PR)"
COMMENTS: dict[str, re.Pattern[str]] = {  # of the PhysioNet challenges: SNOMED CT, and before that abbreviations
    "Age": re.compile(r"\d{1,3}|NaN|Unknown|unknown"),
    "Sex": re.compile(r"(?i:male|female|m|f|unknown|nan)"),
    **dict.fromkeys(("Dx", "Rx", "Hx", "Sx"), re.compile(rf"{_CODE}(?:\s*,\s*{_CODE})*|Unknown")),
}
"""Key of a comment in a WFDB header -> what may be behind it."""
PERSONAL = re.compile(
    r"(?i)patient|subject|name|birth|dob|mrn|date|stamp|operator|physician|doctor|hospital|institut|address|phone|accession"
    r"|author|user|comment|note|descr|serial"
)
"""In the name of an attribute: it may say who somebody is, or be free text."""


def kind_of(keyword: str) -> str:
    """The value representation of a keyword. Raises ValueError on a word that is none."""
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise ValueError(f"{keyword!r} is no DICOM keyword")
    return str(dictionary_VR(tag))


@lru_cache(maxsize=1)
def terms() -> dict[str, frozenset[str]]:
    """Keyword -> the words that its values may be made of."""
    found = yaml.safe_load(Path(__file__).with_name("terms.yaml").read_text(encoding="utf-8"))
    return {keyword: frozenset(str(words).split()) for keyword, words in found.items()}


@lru_cache(maxsize=1)
def removed() -> frozenset[int]:
    """The tags that the basic profile removes, empties or replaces (its actions X, Z, D, U and their choices)."""
    from dicomanonymizer.dicom_anonymization_databases import dicomfields_2026c as table

    return frozenset(Tag(one[0], one[1]) for one in table.ALL_TAGS if len(one) == 2)  # others are masks of groups


def check(keyword: str, public: bool) -> None:
    """Raises ValueError when a card asks for what may name a person. `public`: the publisher cleared the headers."""
    kind, tag = kind_of(keyword), tag_for_keyword(keyword)
    if keyword in IDENTIFIERS or keyword in CHARACTERISTICS:
        return
    if kind in DATE_VR:
        raise ValueError(f"{keyword} is a date or a time and is not read; visits are put in order by paths or tables")
    if keyword in DESCRIPTIONS:
        if not public:
            raise ValueError(
                f"{keyword} is text that people type: read only with public_ids, where the publisher cleared it"
            )
    elif kind not in FREE_VR or tag in removed():
        raise ValueError(f"{keyword} may hold personal data and is not read (PS3.15 Table E.1-1)")


def code(keyword: str, value: str) -> str:
    """A value of a header as it may be kept: itself, or "" where it is none of the keyword's terms, or no code."""
    if keyword in DESCRIPTIONS:
        return value
    known = terms().get(keyword)
    if known is not None:
        words = re.split(r"[ /-]+", value) if keyword in SEVERAL else [value]
        return value if all(word in known for word in words) else ""
    return value if CODE.fullmatch(value) else ""


def channel(name: str, number: int) -> str:
    """The name of a channel of a recording where it is one that devices use; else only its number, from 1."""
    return name if CHANNEL_NAME.fullmatch(name.strip()) else f"channel {number}"


def unit(name: str) -> str:
    """The unit of a channel where it is one; else "NU", no unit (WFDB, header(5))."""
    return name if UNIT.fullmatch(name) else "NU"


def comment(key: str, value: str) -> bool:
    """Whether a comment of a WFDB header may be a field."""
    return key in COMMENTS and COMMENTS[key].fullmatch(value) is not None


def attribute(name: str) -> None:
    """Raises ValueError when a card tells an attribute of HDF5 ("image@NAME") whose name says that it is personal."""
    _, is_attribute, own = name.partition("@")
    if is_attribute and PERSONAL.search(own):
        raise ValueError(
            f"attribute {own!r} may hold personal data and is not told; for a subject's template, say hide"
        )

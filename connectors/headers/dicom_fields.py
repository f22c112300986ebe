"""What of a DICOM header may be used in a card's templates: codes, numbers, and identifiers as pseudonyms.

Value representations: PS3.5 6.2. What is personal: PS3.15 Annex E. Only codes (CS), ages (AS) and numbers are read of
any header; descriptions, which people type, only where the publisher is known to have removed what was personal.
"""

import re
from collections.abc import Mapping
from typing import Protocol

import pydicom
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.multival import MultiValue

from connectors.base import pseudonym
from connectors.headers import dicom
from schemas import DatasetCard

IDENTIFIERS = ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
CODES = ("Modality", "BodyPartExamined", "ViewPosition", "PatientPosition", "InstanceNumber")
DESCRIPTIONS = ("SeriesDescription", "StudyDescription", "ProtocolName", "SequenceName", "ConvolutionKernel")
FREE_VR = ("CS", "AS", "DS", "IS", "US", "SS", "UL", "SL", "FL", "FD")
CODE = re.compile(r"[A-Z0-9_ ]{1,16}|\d{3}[DWMY]|-?[\d.]+(e[+-]?\d+)?")


class Asks(Protocol):
    """The options that matter here; see dicom_series.Options."""

    @property
    def public_ids(self) -> bool: ...
    @property
    def header(self) -> Mapping[str, str]: ...


def kind_of(keyword: str) -> str:
    """The value representation of a keyword. Raises ValueError on a word that is none."""
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise ValueError(f"{keyword!r} is no DICOM keyword")
    return str(dictionary_VR(tag))


def check(keyword: str, public: bool) -> None:
    """Raises ValueError when a card asks for what may name a person."""
    if kind_of(keyword) in FREE_VR or keyword in IDENTIFIERS:
        return
    if keyword not in DESCRIPTIONS:
        raise ValueError(f"{keyword} may hold personal data and is not read")
    if not public:
        raise ValueError(
            f"{keyword} is text that people type: read only with public_ids, where the publisher cleared it"
        )


def fields(card: DatasetCard, asks: Asks, dataset: pydicom.Dataset, sha256: str) -> dict[str, str]:
    """The fields of one header; what it does not say is not there. Identifiers are pseudonyms unless the card says that
    they are public; a file that names no patient is its own subject."""
    subject, study, series = dicom.pseudonyms(card, dataset, sha256)
    found = {"PatientID": subject, "StudyInstanceUID": study or "", "SeriesInstanceUID": series or ""}
    instance = str(dataset.get("SOPInstanceUID") or "")
    found["SOPInstanceUID"] = pseudonym("instance", card.id, instance) if instance else ""
    if asks.public_ids:
        found |= {name: value for name in IDENTIFIERS if (value := str(dataset.get(name) or "").strip())}
    for name, keyword in _DEFAULTS.items() if not asks.public_ids else (_DEFAULTS | _PUBLIC).items():
        found[name] = _value(dataset, keyword)
    found["Laterality"] = _value(dataset, "ImageLaterality") or _value(dataset, "Laterality")
    for name, keyword in asks.header.items():
        found[name] = found[keyword] if keyword in IDENTIFIERS else _value(dataset, keyword)
    return {name: value for name, value in found.items() if value}


_DEFAULTS = {name: name for name in CODES} | {name: keyword for keyword, name in dicom.TECHNICAL.items()}
_PUBLIC = {name: name for name in DESCRIPTIONS}


def _value(dataset: pydicom.Dataset, keyword: str) -> str:
    """A value as text, several joined by a backslash as in the file; nothing where it is no code and should be one."""
    value = dataset.get(keyword)
    if value is None or value == "":
        return ""
    parts = [str(part).strip() for part in (value if isinstance(value, MultiValue) else [value])]
    if keyword not in DESCRIPTIONS and not all(CODE.fullmatch(part) for part in parts):
        return ""
    return "\\".join(parts)

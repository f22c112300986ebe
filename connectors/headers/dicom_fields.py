"""What of a DICOM header may be used in a card's templates: codes, numbers, and identifiers as pseudonyms, each as
`allowed` lets it pass; descriptions only where the publisher is known to have removed what was personal.
"""

from collections.abc import Mapping
from typing import Protocol

import pydicom
from pydicom.multival import MultiValue

from connectors.base import pseudonym
from connectors.headers import allowed, dicom
from schemas import DatasetCard

CODES = ("Modality", "BodyPartExamined", "ViewPosition", "PatientPosition", "InstanceNumber")


class Asks(Protocol):
    """The options that matter here; see dicom_series.Options."""

    @property
    def public_ids(self) -> bool: ...
    @property
    def header(self) -> Mapping[str, str]: ...


def fields(card: DatasetCard, asks: Asks, dataset: pydicom.Dataset, sha256: str) -> dict[str, str]:
    """The fields of one header; what it does not say is not there. Identifiers are pseudonyms unless the card says that
    they are public; a file that names no patient is its own subject."""
    subject, study, series = dicom.pseudonyms(card, dataset, sha256)
    found = {"PatientID": subject, "StudyInstanceUID": study or "", "SeriesInstanceUID": series or ""}
    instance = str(dataset.get("SOPInstanceUID") or "")
    found["SOPInstanceUID"] = pseudonym("instance", card.id, instance) if instance else ""
    if asks.public_ids:
        found |= {name: value for name in allowed.IDENTIFIERS if (value := str(dataset.get(name) or "").strip())}
    for name, keyword in _DEFAULTS.items() if not asks.public_ids else (_DEFAULTS | _PUBLIC).items():
        found[name] = _value(dataset, keyword)
    found["Laterality"] = _value(dataset, "ImageLaterality") or _value(dataset, "Laterality")
    for name, keyword in asks.header.items():
        found[name] = found[keyword] if keyword in allowed.IDENTIFIERS else _value(dataset, keyword)
    return {name: value for name, value in found.items() if value}


_DEFAULTS = {name: name for name in CODES} | {name: keyword for keyword, name in dicom.TECHNICAL.items()}
_PUBLIC = {name: name for name in allowed.DESCRIPTIONS}


def _value(dataset: pydicom.Dataset, keyword: str) -> str:
    """A value as text, several joined by a backslash as in the file; nothing where it is no code and should be one."""
    value = dataset.get(keyword)
    if value is None or value == "":
        return ""
    parts = [str(part).strip() for part in (value if isinstance(value, MultiValue) else [value])]
    kept = [allowed.code(keyword, part) for part in parts]
    return "\\".join(kept) if all(kept) else ""

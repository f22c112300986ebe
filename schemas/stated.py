"""What a source states beside the picture: how a card declares it, and the scale that a grade stands on."""

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from schemas.base import Model
from schemas.level import Level

StatedKind = Literal[
    "attribute", "measurement", "grade", "score", "age", "outcome", "treatment", "condition", "phrase"
]  # fmt: skip

HEADER = (
    "body_part", "view_position", "patient_position", "burned_in_annotation", "lossy_compression", "slice_thickness_mm",
)  # fmt: skip
"""Names that headers of DICOM files tell whatever the card says (connectors/headers/dicom.py)."""
OWN = frozenset(
    ("annotations", "captions", "leads", "photometric", "questions", "readers", "uncertain", "units", "votes")
)
"""What readers put into `meta` for later stages: where it was read, who said it, what has a place of its own,
how a file was stored."""


class Scale(Model):
    """A named ordinal scale. `lowest`, `highest`: its ends; `high`: what a high value means, `low` a low one. `steps`:
    every step from the lowest on, where they are no numbers."""

    name: str
    lowest: int | float | str
    highest: int | float | str
    high: str
    low: str | None = None
    steps: tuple[str, ...] = ()

    def value(self, text: str) -> int | float | str | None:
        """The step that a text names; None where it is not on the scale."""
        if self.steps:
            return next((step for step in self.steps if step.casefold() == text.casefold()), None)
        try:
            number = float(text)
        except ValueError:
            return None
        if not float(self.lowest) <= number <= float(self.highest):
            return None
        return int(number) if number.is_integer() else number


class Stated(Model):
    """What becomes of a name in a record's `meta`: a fact of the kind `as`, or nothing, `left_out` saying why.

    `label` is what texts call it (the name itself, with spaces, where not given), `concept` a slug of the label space
    that it is (a concept of this name in the system TRIPTYCH where not given). `values`: what the source's values
    mean, "" where that is nothing; where a card lists those of an attribute, an outcome or a treatment, there are no
    others. `unknown`: values that say nothing. `within`: the least and the greatest number that can be. `level`: of
    what it holds. A condition is of the patient: it is stated, and not seen in the picture. A phrase, of a region,
    is the words of the record's text that it was drawn for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: StatedKind | None = Field(default=None, alias="as")
    label: str | None = None
    concept: str | None = None
    unit: str | None = None
    scale: Scale | None = None
    values: dict[str, str] = {}
    unknown: tuple[str, ...] = ()
    within: tuple[float, float] | None = None
    level: Level = "image"
    horizon: str | None = None
    left_out: str | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.kind is None) == (self.left_out is None):
            raise ValueError("takes either `as`, or `left_out` with the reason")
        if self.left_out is not None and not self.left_out.strip():
            raise ValueError("left_out: say why")
        if self.kind == "grade" and self.scale is None:
            raise ValueError("a grade needs its `scale`: name, lowest, highest, and what high means")
        if self.kind == "outcome" and self.horizon is None:
            raise ValueError("an outcome needs its `horizon`: by when, or during what")
        return self


def told(reader: str | None, options: dict[str, Any]) -> dict[str, str]:
    """Every name that a layout's options put into the `meta` of a record or a region, with the file that tells it, ""
    where that is the image's own path or header. What is in `OWN` is left aside."""
    found = dict.fromkeys(options.get("keep") or (), "")
    for part in options.get("annotations") or ():
        file, form = str(part.get("file") or ""), part.get("format")
        for key in ("tell", "told", "fixed", "meta"):
            found.update(dict.fromkeys(part.get(key) or (), file))
        single = {"arrays": part.get("field"), "text_file": part.get("name"), "dataset_json": "channel_name"}.get(form)
        if single:
            found[str(single)] = file
        found.update(dict.fromkeys(part.get("keep") or (), file))
        for hidden in part.get("hide") or ():
            found.pop(hidden, None)
    if reader == "dicom_files":
        found.update(dict.fromkeys(HEADER, ""))
    return {name: file for name, file in found.items() if name not in OWN}

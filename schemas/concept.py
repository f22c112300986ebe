"""A concept of the label space: what a region, a finding or a modality is."""

from typing import Literal

from schemas.base import Model

Laterality = Literal["left", "right"]


class Concept(Model):
    """A coded concept, such as SCT 39607008 'lung'. `label` is unique in the label space.

    `laterality` is the patient's side where the code alone does not carry it (a left rib).
    """

    system: str
    code: str
    label: str
    laterality: Laterality | None = None

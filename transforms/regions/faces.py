"""Records from which a face could be made: volumes of a head, whose skin a renderer shows, and photographs of people.

Nothing is cut away here: the packages that do so need weights, a registration by other software, or a brain mask that
is right everywhere. A record whose source did not remove faces is left out, where a recipe asks for that.
"""

from schemas import DatasetCard, LabelSpace, Record

VOLUMES = ("CT", "MR", "PT", "pet_ct", "cbct")  # codes of modalities whose volumes hold the skin
PHOTOGRAPHS = ("XC",)  # DICOM: external-camera photography


def reason(card: DatasetCard, space: LabelSpace, record: Record) -> str | None:
    """Why a record may show a face; None where it cannot, or its card says that faces were removed."""
    if card.faces != "unknown":
        return None
    if record.kind == "image" and record.modality.code in PHOTOGRAPHS:
        return "a photograph that may show a face, and its card does not say that faces were removed"
    if record.kind != "volume" or record.modality.code not in VOLUMES:
        return None
    parts = [space.of(concept).slug for concept in record.anatomy] or list(card.anatomy)
    if not parts or any(slug == "body" or "head" in (slug, *space.ancestors(slug)) for slug in parts):
        return "a volume of which a face can be made, and its card does not say that faces were removed"
    return None

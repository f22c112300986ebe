"""What a DICOM header calls its modality, held against what the card says made the image."""

from collections.abc import Iterator, Sequence

from connectors.headers.dicom_slices import Slice
from schemas import LabelSpace, Notice, Record

# Codes of (0008,0060) Modality (PS3.3 C.7.3.1.1.1) by what makes the picture. Within a kind headers differ lawfully: a
# chest film is CR, DX or RG, a scan of a PET scanner NM or PT. Codes that are not here (OT, SC, SEG, XC ...) do not say
# it, and contradict nothing.
ALIKE = (
    "CT", "MR MA", "US IVUS EC", "NM PT ST", "ECG HD EPS", "OP OPT FA", "CR DX RG MG XA RF PX IO DS", "SM GM",
    "ES CS LP",
)  # fmt: skip
KINDS = {code: number for number, codes in enumerate(ALIKE) for code in codes.split()}
HYBRID = {"pet_ct": ("CT",)}  # what a device makes beside what its parents in the label space say


def contradicted(space: LabelSpace, record: Record, slices: Sequence[Slice]) -> Iterator[Notice]:
    """A notice for each Modality of a record's files that is of another kind than the card's."""
    slug = space.of(record.modality).slug
    concepts = [space.concept(one) for one in (slug, *space.ancestors(slug))]
    codes = [*(one.code for one in concepts if one.system == "DCM"), *HYBRID.get(slug, ())]
    card = {KINDS[code] for code in codes if code in KINDS}
    said: set[str] = set()
    for source, dataset in slices:
        code = str(dataset.get("Modality") or "")
        if code in said or not card or KINDS.get(code, -1) in {-1, *card}:
            continue
        said.add(code)
        reason = f"is the Modality of its header, and the card says {record.modality.label}, which is kept"
        uri = f"{source.uri}/{source.member}" if source.member else source.uri
        yield Notice(kind="value", uri=uri, item=code, reason=reason, record=record.key, often=True)

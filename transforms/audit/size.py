"""Spacing that cannot be: voxels, fields of view and organs of impossible size, and one scan unlike all others."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from schemas import LabelSpace
from transforms.audit.base import Case, Finding

NAME = "size"
DOES = "spacing that gives a voxel, a patient or an organ of an impossible size, or is unlike the rest of the set"
SCANNERS = ("CT", "MR", "PT")
VOXEL_MM = (0.02, 30.0)  # from a specimen's CT to the slices of an old scout
FIELD_MM = (30.0, 2500.0)  # of a whole scan along its longer two axes
WHOLE = 64  # voxels a side from which a volume is a scan and not a patch of one
UNLIKE = 6.0  # times the median of the set
ENOUGH = 3  # scans that make a median
# Millilitres between which a whole organ of a person lies, child to disease; generous, so that a finding is a fault.
ORGANS: Mapping[str, tuple[float, float]] = {
    "liver": (50, 8000), "spleen": (3, 6000), "right_kidney": (5, 2500), "left_kidney": (5, 2500),
    "brain": (250, 2500), "heart": (10, 3000), "urinary_bladder": (1, 3000), "stomach": (5, 5000),
    "pancreas": (2, 500), "gallbladder": (0.2, 1000), "prostate": (2, 500), "aorta": (3, 2000),
}  # fmt: skip


class Check:
    def __init__(self, space: LabelSpace) -> None:
        self.space = space
        self.fields: dict[str, list[tuple[str, float, tuple[float, ...]]]] = defaultdict(list)

    def add(self, case: Case) -> Iterator[Finding]:
        geometry = case.record.geometry
        spacing, code = geometry.spacing_mm, case.record.modality.code
        if case.record.kind != "volume" or spacing is None or code not in SCANNERS:
            return
        extents = sorted(n * s for n, s in zip(geometry.shape, spacing, strict=True))[1:]
        whole = sorted(geometry.shape)[1] >= WHOLE
        said = " x ".join(f"{e:.4g}" for e in extents)
        if not all(VOXEL_MM[0] <= s <= VOXEL_MM[1] for s in spacing):
            yield _finding(case.path, f"its spacing is {spacing} mm: no scanner's")
        elif extents[-1] > FIELD_MM[1] or (whole and extents[0] < FIELD_MM[0]):
            yield _finding(case.path, f"its field of view is {said} mm: the spacing {spacing} cannot be")
        else:
            self.fields[code].append((case.path, float(extents[-1]), spacing))
            yield from self._organs(case, whole)

    def end(self) -> Iterator[Finding]:
        for scans in self.fields.values():
            usual = float(np.median([extent for _, extent, _ in scans]))
            for path, extent, spacing in scans if len(scans) >= ENOUGH else ():
                if not usual / UNLIKE < extent < usual * UNLIKE:
                    text = f"its field of view is {extent:.4g} mm, that of the others {usual:.4g}: spacing {spacing}"
                    yield _finding(path, text)

    def _organs(self, case: Case, whole: bool) -> Iterator[Finding]:
        """Organs larger than can be; of a whole scan also those smaller than can be that its border does not cut."""
        geometry = case.record.geometry
        if geometry.affine is None:
            return
        voxel = abs(float(np.linalg.det(np.asarray(geometry.affine)[:3, :3])))
        for item in case.shown:
            name = item.region.concept.label
            low, high = ORGANS.get(self.space.labelled(name).slug, (0.0, np.inf))
            volume = item.voxels * voxel / 1000
            uncut = item.mask is not None and all(
                start > 0 and start + size < count
                for start, size, count in zip(item.offset, item.mask.shape, geometry.shape, strict=True)
            )
            if volume > high or (whole and uncut and volume < low):
                text = f"the {name} is {volume:.3g} mL: spacing, units or label are wrong"
                yield _finding(case.path, text, name, (item.region.key,))


def _finding(path: str, text: str, concept: str | None = None, regions: tuple[str, ...] = ()) -> Finding:
    return Finding(check=NAME, severity="error", paths=(path,), text=text, concept=concept, regions=regions)

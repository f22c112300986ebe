"""Volumes and label maps: NIfTI and Analyze through nibabel, NRRD through pynrrd, MetaImage through SimpleITK.

Array axes are (i, j, k[, t]), the fastest in the file first. Affines are in RAS, as NIfTI has them.
"""

from pathlib import Path
from typing import Any

import numpy as np

from tests.replicas.builder.arrays import Boxes, Range, paint, texture
from tests.replicas.builder.declaration import Strict

ORIGIN = (-20.0, -30.0, 40.0)
FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])  # between RAS and LPS


class VolumeSpec(Strict):
    """`affine`: the axes' directions (RAS, LPS, LAS, ...) or a 4 x 4 matrix in RAS. `header`: more fields of an NRRD.
    `qform`, `sform`: the codes of a NIfTI header. `space`: what an NRRD calls its frame. `format`: nifti or analyze for
    .hdr and .img."""

    shape: list[int]
    spacing: list[float] | None = None
    affine: str | list[list[float]] = "RAS"
    origin: list[float] = list(ORIGIN)
    dtype: str | None = None
    range: Range | None = None
    value: float | None = None
    values: Boxes | None = None
    background: float = 0
    qform: int = 1
    sform: int = 1
    units: str = "mm"
    slope: float | None = None
    inter: float | None = None
    space: str = "left-posterior-superior"
    header: dict[str, Any] = {}
    format: str = "nifti"

    def steps(self) -> list[float]:
        return self.spacing or [1.0] * len(self.shape)

    def matrix(self) -> np.ndarray:
        """The affine in RAS."""
        if not isinstance(self.affine, str):
            return np.asarray(self.affine, np.float64)
        if sorted(self.affine.translate(str.maketrans("LPI", "RAS"))) != sorted("RAS"):
            raise ValueError(f"affine {self.affine!r} names no three axes; give e.g. RAS, LPS or a 4 x 4 matrix")
        out = np.eye(4)
        out[:3, :3] = 0
        for axis, letter in enumerate(self.affine):
            row = ("RL", "AP", "SI").index(next(pair for pair in ("RL", "AP", "SI") if letter in pair))
            step = self.steps()[axis] if axis < len(self.steps()) else 1.0
            out[row, axis] = step if letter in "RAS" else -step
        out[:3, 3] = self.origin
        return out


def volume(path: Path, value: dict[str, Any], name: str) -> None:
    spec = VolumeSpec.model_validate(value)
    if spec.values is not None:
        array = paint(spec.shape, spec.values, spec.dtype or "int16", spec.background)
    elif spec.value is not None:
        array = np.full(spec.shape, spec.value, spec.dtype or "int16")
    else:
        array = texture(spec.shape, name, spec.dtype or "int16", spec.range or (0, 400))
    _write(path, spec, array)


def labels(path: Path, value: dict[str, Any], name: str) -> None:
    spec = VolumeSpec.model_validate({"values": {}, **value})
    highest = max([abs(int(v)) for v in spec.values or []], default=0)
    dtype = spec.dtype or ("uint8" if highest < 256 else "int16")
    _write(path, spec, paint(spec.shape, spec.values or {}, dtype, spec.background))


def _write(path: Path, spec: VolumeSpec, array: np.ndarray) -> None:
    low = path.name.lower()
    if low.endswith((".nii", ".nii.gz", ".hdr", ".img", ".img.gz")):
        _nifti(path, spec, array)
    elif low.endswith((".nrrd", ".nhdr")):
        _nrrd(path, spec, array)
    elif low.endswith((".mha", ".mhd")):
        _meta_image(path, spec, array)
    else:
        raise ValueError("a volume is .nii, .nii.gz, .hdr, .img, .nrrd, .mha or .mhd; rename the file")


def _nifti(path: Path, spec: VolumeSpec, array: np.ndarray) -> None:
    import nibabel

    affine = spec.matrix()
    if spec.format == "analyze":
        nibabel.AnalyzeImage(array.astype(spec.dtype or "int16"), affine).to_filename(path)
        return
    single = path.name.lower().endswith((".nii", ".nii.gz"))
    image = (nibabel.Nifti1Image if single else nibabel.Nifti1Pair)(array, affine, dtype=array.dtype)
    if spec.units != "unknown":
        image.header.set_xyzt_units(spec.units, "sec")
    image.set_qform(affine, spec.qform)
    image.set_sform(affine, spec.sform)
    if spec.spacing is not None:
        image.header.set_zooms([*spec.spacing, *[1.0] * array.ndim][: array.ndim])
    if spec.slope is not None or spec.inter is not None:
        image.header.set_slope_inter(spec.slope or 1.0, spec.inter or 0.0)
    image.to_filename(path)  # nibabel writes the gzip header without a time


def _nrrd(path: Path, spec: VolumeSpec, array: np.ndarray) -> None:
    import nrrd

    lps = FLIP @ spec.matrix()
    axes = array.ndim - 3
    directions = np.vstack([lps[:3, :3].T, np.full((axes, 3), np.nan)]) if array.ndim >= 3 else None
    header: dict[str, Any] = {"encoding": "gzip"}
    if directions is not None and "space directions" not in spec.header:
        mirror = np.diag(_mirror(spec.space))
        header |= {
            "space": spec.space, "space directions": directions @ mirror, "space origin": mirror @ lps[:3, 3],
            "kinds": ["domain"] * 3 + ["list"] * axes,
        }  # fmt: skip
    nrrd.write(str(path), array, {**header, **spec.header})
    head, end, rest = path.read_bytes().partition(b"\n\n")
    kept = [line for line in head.split(b"\n") if not line.startswith(b"#")]  # one comment tells the time
    path.write_bytes(b"\n".join(kept) + end + rest)


def _mirror(space: str) -> list[float]:
    """What turns LPS into the named space. Scanner coordinates of no named direction are written as LPS."""
    first = {"right": -1.0, "R": -1.0, "anterior": -1.0, "A": -1.0, "inferior": -1.0, "I": -1.0}
    parts = space.split("-") if "-" in space else list(space)
    return [first.get(part, 1.0) for part in [*parts, "", "", ""][:3]]


def _meta_image(path: Path, spec: VolumeSpec, array: np.ndarray) -> None:
    import SimpleITK

    lps = FLIP @ spec.matrix()
    image: Any = SimpleITK.GetImageFromArray(np.ascontiguousarray(array.T))
    if array.ndim == 3:
        spacing = np.linalg.norm(lps[:3, :3], axis=0)
        image.SetSpacing(spacing.tolist())
        image.SetOrigin(lps[:3, 3].tolist())
        image.SetDirection((lps[:3, :3] / spacing).ravel().tolist())
    elif spec.spacing is not None:
        image.SetSpacing(spec.spacing)
    SimpleITK.WriteImage(image, str(path), useCompression=path.suffix == ".mha")

"""A volume that is not what its sample says is found out, by the check that should find it."""

import gzip
from collections.abc import Callable
from typing import Any

import nibabel
import numpy as np
import pytest

from schemas import Description, Fact, Media, MediaGeometry, Sample, SampleRegion, View
from schemas.sample import RegionMask
from tests.corpora import MAKER, emitted, said
from tests.scenes import LIVER, axial_abdomen
from tests.views import HUMAN
from transforms.regions.solid import Solid
from transforms.shards.audit import audit
from transforms.shards.encode import pixels_sha256, sha256
from transforms.shards.nifti import encode
from transforms.shards.whole import ChangedError, pack_volume

AFFINE = ((0.5, 0.0, 0.0, -3.0), (0.0, 0.5, 0.0, 4.0), (0.0, 0.0, 2.0, 5.0), (0.0, 0.0, 0.0, 1.0))
SHAPE = (12, 10, 6)
GEOMETRY = MediaGeometry(
    affine=AFFINE, voxel_mm=(0.5, 0.5, 2.0), orientation="LPS", source_shape=SHAPE,
    voxel=((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)),
)  # fmt: skip
VALUES = np.random.default_rng(3).integers(-1000, 1000, SHAPE).astype(np.int16)
FACTS = (
    Fact(id="f1", predicate="modality", value="computed tomography", scope="record"),
    Fact(id="f2", predicate="slices", value=6),
    Fact(id="f3", predicate="slice_spacing", value=2.0, unit="mm", tolerance=0.005),
    Fact(id="f4", predicate="volume", regions=("r1",), value=0.021, unit="mL", tolerance=0.0005, scope="record"),
    Fact(id="f5", predicate="largest_slice", regions=("r1",), value=3),
)


def mask() -> np.ndarray:
    found = np.zeros(SHAPE, bool)
    found[2:6, 3:7, 2:4] = True  # 32 voxels
    found[2:6, 7:9, 3] = True  # 8 more on slice 3
    found[8, 7:9, 3] = True  # and 2: 42 voxels of 0.5 mm3
    return found


def sample() -> tuple[Sample, dict[str, bytes]]:
    solid = Solid.at(mask(), (0, 0, 0), SHAPE)
    assert solid is not None
    region = SampleRegion(id="r1", concept=LIVER, source_label="liver", made_by=HUMAN, box3d=solid.box,
                          mask=RegionMask(media="mask.nii.gz", value=1))  # fmt: skip
    media = (Media(name="nii.gz", kind="volume", shape=SHAPE, geometry=GEOMETRY, pixels_sha256=pixels_sha256(VALUES)),
             Media(name="mask.nii.gz", kind="mask", shape=SHAPE))  # fmt: skip
    scene = axial_abdomen().scene.model_dump() | {"media": media, "regions": (region,), "view": View(frame="volume")}
    text = said("This is a ", "computed tomography", " scan.", "f1")
    made = emitted(scene, 1, Description.model_validate({"global": text, "made_by": MAKER}), facts=FACTS)
    return pack_volume(made, VALUES, {"r1": solid})


def found(made: Sample, members: dict[str, bytes]) -> set[str]:
    return {check for check, _ in audit(made.key, members | {"json": made.to_json().encode()}).problems}


def member(made: Sample, members: dict[str, bytes], name: str, data: bytes, **more: Any) -> set[str]:
    """What is found where one member is another, and the sample has its checksum."""
    media = tuple(
        m.model_copy(update={"sha256": sha256(data), **more}) if m.name == name else m for m in made.media
    )  # fmt: skip
    return found(made.model_copy(update={"media": media}), members | {name: data})


def test_a_sound_one_passes_and_all_of_it_is_looked_at() -> None:
    made, members = sample()
    report = audit(made.key, members)
    assert report.problems == []
    assert report.looked["fact"] == 4
    assert report.looked["box"] == 1


@pytest.mark.parametrize(
    ("number", "change", "check"),
    [(1, {"value": 7}, "fact"), (2, {"value": 2.5}, "fact"), (3, {"value": 0.03}, "fact"), (4, {"value": 2}, "fact")],
)
def test_a_fact_that_the_volume_does_not_bear_out(number: int, change: dict[str, Any], check: str) -> None:
    made, members = sample()
    facts = [fact.model_copy(update=change if n == number else {}) for n, fact in enumerate(made.facts)]
    assert found(made.model_copy(update={"facts": tuple(facts)}), members) == {check}


def test_another_box_grid_or_spacing() -> None:
    made, members = sample()
    region = made.regions[0].model_copy(update={"box3d": (2, 3, 2, 6, 9, 4)})
    assert found(made.model_copy(update={"regions": (region,)}), members) == {"box"}
    for change in ({"voxel_mm": (0.5, 0.5, 3.0)}, {"affine": ((0, 0, 0, 0), *AFFINE[1:])}, {"source_shape": (1, 2, 3)}):
        media = made.media[0].model_copy(update={"geometry": GEOMETRY.model_copy(update=change)})
        assert "geometry" in found(made.model_copy(update={"media": (media, made.media[1])}), members)


def test_a_header_that_says_another_place_and_voxels_that_are_others() -> None:
    made, members = sample()
    moved = nibabel.Nifti1Image(VALUES, np.diag([-0.5, -0.5, 2.0, 1.0]))
    assert member(made, members, "nii.gz", gzip.compress(moved.to_bytes())) == {"geometry"}
    other = VALUES.copy()
    other[0, 0, 0] += 1
    assert member(made, members, "nii.gz", encode(other, GEOMETRY)) == {"pixels"}
    assert member(made, members, "nii.gz", b"no volume") >= {"pixels"}


def test_a_mask_with_a_value_of_no_region_or_without_the_regions() -> None:
    made, members = sample()
    edits: list[Callable[[np.ndarray], None]] = [
        lambda array: array.__setitem__((0, 0, 0), 9),
        lambda array: array.fill(0),
    ]
    for edit in edits:
        array = mask().astype(np.uint8)
        edit(array)
        data = encode(array, GEOMETRY)
        assert "mask" in member(made, members, "mask.nii.gz", data, pixels_sha256=pixels_sha256(array))


def test_a_source_that_changed_is_refused() -> None:
    made, _ = sample()
    with pytest.raises(ChangedError, match=r"nii\.gz is not what was curated"):
        pack_volume(made, VALUES + 1, {})

import nibabel
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.headers import nifti
from schemas import LabelShape
from tests.connectors.conformance import Conformance, Rows, records, regions
from tests.replicas import mni152_icbm2009a as replica

T1 = "mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz"
GM = "mni_icbm152_gm_tal_nlin_sym_09a_converted.nii.gz"


class TestMni(Conformance):
    dataset = "mni152_icbm2009a"
    build = replica.build
    counts = (1, 2)
    victims = {T1: 1, GM: 1}

    def test_tissue_is_where_the_map_says_more_likely_than_not(self, rows: Rows) -> None:
        shapes = {region.concept.label: region.shape for region in regions(rows)}
        assert set(shapes) == {"gray matter", "white matter"}
        gray = shapes["gray matter"]
        assert isinstance(gray, LabelShape)
        assert (gray.at_least, gray.source.uri) == (128, GM)

    def test_the_card_vouches_for_millimetres(self, rows: Rows) -> None:
        assert records(rows)[0].geometry.spacing_mm == (1, 1, 1)
        assert records(rows)[0].geometry.orientation == "RAS"


@settings(max_examples=30, deadline=None)
@given(
    angles=st.tuples(*[st.floats(-3.1, 3.1)] * 3),
    spacing=st.tuples(*[st.floats(0.3, 6)] * 3),
    origin=st.tuples(*[st.floats(-300, 300)] * 3),
    flip=st.sampled_from([1, -1]),
)
def test_any_oblique_nifti_keeps_its_points(
    tmp_path_factory: pytest.TempPathFactory,
    angles: tuple[float, ...],
    spacing: tuple[float, ...],
    origin: tuple[float, ...],
    flip: int,
) -> None:
    """nibabel's RAS point of a voxel, mirrored in x and y, is our LPS point; the axis codes are nibabel's own."""
    affine = np.eye(4)
    affine[:3, :3] = nibabel.eulerangles.euler2mat(*angles) @ np.diag([flip * spacing[0], *spacing[1:]])
    affine[:3, 3] = origin
    root = tmp_path_factory.mktemp("oblique")
    image = nibabel.Nifti1Image(np.zeros((3, 4, 5), np.uint8), affine)
    image.header.set_xyzt_units("mm")
    nibabel.save(image, root / "a.nii")
    stored = nibabel.load(root / "a.nii").affine
    geometry = nifti.grid(root, "a.nii")
    for voxel in ((0, 0, 0), (2, 3, 4)):
        lps = np.asarray(geometry.affine) @ [*voxel, 1]
        assert np.allclose(lps[:3] * [-1, -1, 1], nibabel.affines.apply_affine(stored, voxel), atol=1e-5)
    assert geometry.orientation == "".join(nibabel.aff2axcodes(stored))
    assert geometry.spacing_mm == pytest.approx(spacing, abs=1e-4)

"""A packed sample says of its members what they are."""

import hashlib
import io

import numpy as np
import pytest

from schemas import Sample
from tests.corpora import document, picture, signal
from tests.scenes import SHAPES, axial_abdomen
from transforms.shards.builder import pack
from transforms.shards.encode import decode_png


def test_an_image_with_masks() -> None:
    view = axial_abdomen()
    sample, members = pack(picture(0), view.image, view.masks)
    assert sorted(members) == ["json", "mask.png", "mask1.png", "png"]
    assert Sample.model_validate_json(members["json"]) == sample
    np.testing.assert_array_equal(decode_png(members["png"]), view.image)
    media = {media.name: media for media in sample.media}
    assert list(media) == ["png", "mask.png", "mask1.png"]
    for name, entry in media.items():
        assert entry.sha256 == hashlib.sha256(members[name]).hexdigest()
        assert (entry.width, entry.height, entry.channels) == (120, 100, 1)
    assert media["png"].pixels_sha256 == hashlib.sha256(view.image.tobytes()).hexdigest()
    assert media["png"].geometry == view.scene.media[0].geometry
    assert media["png"].window == (-160, 240)
    for region in sample.regions:
        mask = decode_png(members[region.mask.media]) == region.mask.value
        np.testing.assert_array_equal(mask, SHAPES[region.id][1])


def test_the_same_sample_gives_the_same_bytes() -> None:
    view = axial_abdomen()
    first = pack(picture(0), view.image, view.masks)
    assert pack(picture(0), view.image.copy(), dict(reversed(view.masks.items()))) == first
    assert pack(first[0], view.image, view.masks) == first  # packing what is packed changes nothing


def test_colour() -> None:
    view = axial_abdomen()
    image = np.stack([view.image, view.image // 2, view.image // 3], axis=-1)
    sample, members = pack(picture(0), image, view.masks)
    assert sample.media[0].channels == 3
    np.testing.assert_array_equal(decode_png(members["png"]), image)


def test_a_document() -> None:
    sample, members = pack(document(8), None, {})
    assert members["txt"] == b"Report 8: no lesion."
    assert [(media.name, media.kind) for media in sample.media] == [("txt", "text")]


def test_a_signal() -> None:
    sample, trace = signal(9)
    packed, members = pack(sample, axial_abdomen().image, {}, trace)
    assert [media.name for media in packed.media] == ["png", "npy"]
    np.testing.assert_array_equal(np.load(io.BytesIO(members["npy"])), trace)


def test_pixels_that_disagree_are_refused() -> None:
    view = axial_abdomen()
    with pytest.raises(ValueError, match="toy-0000: the image is 60 x 100, media 'png' says 120 x 100"):
        pack(picture(0), view.image[:, ::2], {})
    with pytest.raises(ValueError, match="toy-0000: mask r1 is"):
        pack(picture(0), view.image, {"r1": view.masks["r1"][::2]})
    with pytest.raises(ValueError, match="toy-0000: masks of regions that the sample does not have: r9"):
        pack(picture(0), view.image, {"r9": view.masks["r1"]})
    with pytest.raises(ValueError, match="toy-0000: the mask of region r1 is empty"):
        pack(picture(0), view.image, {"r1": np.zeros_like(view.masks["r1"])})
    with pytest.raises(ValueError, match="toy-0000: the image is float64"):
        pack(picture(0), view.image.astype(float), {})
    with pytest.raises(ValueError, match="toy-0000: neither image"):
        pack(picture(0), None, {})

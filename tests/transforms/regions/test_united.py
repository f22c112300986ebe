"""An organ that a set draws without its tumors is made whole. Oracle: a union of arrays."""

import numpy as np

import catalog
from schemas import BoxShape, MadeBy, Region
from transforms.regions.resolve import Resolved
from transforms.regions.united import united

SPACE = catalog.labelspace()


def item(slug: str, number: int, drawn: np.ndarray) -> Resolved:
    """The mask cut to its box, as resolution leaves it."""
    low = [int(axis.min()) for axis in np.nonzero(drawn)]
    high = [int(axis.max()) + 1 for axis in np.nonzero(drawn)]
    crop = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    own = Region(key=f"{slug}{number}", dataset="toy", record="toy", frame="voxel", concept=SPACE.concept(slug),
                 source_label=slug, made_by=MadeBy(kind="human", name="toy"),
                 shape=BoxShape(xyxy=(0, 0, 1, 1)))  # fmt: skip
    return Resolved(own, tuple(low), drawn[crop])


def test_an_organ_gets_back_what_was_cut_out_of_it() -> None:
    liver, tumour, spleen = (np.zeros((9, 8, 7), bool) for _ in range(3))
    liver[1:6, 1:6, 1:6] = True
    tumour[4:8, 4:7, 2:5] = True  # it bulges out
    liver &= ~tumour
    spleen[0, 0, 0] = True
    items = [item("spleen", 1, spleen), item("liver", 1, liver), item("liver_tumor", 1, tumour)]
    found = united(items, {"liver": ("liver_tumor",)}, SPACE)
    assert np.array_equal(found[1].full(liver.shape), liver | tumour)
    assert [found[0], found[2]] == [items[0], items[2]]
    assert united(items, {}, SPACE) == items
    twice = [*items, item("liver", 2, spleen)]
    assert united(twice, {"liver": ("liver_tumor",)}, SPACE) == twice  # which of them it lies in is not said

"""One view with its pixels: what facts are measured on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas import Fact, Scene
from transforms.regions.marks import Mark, of_scene
from transforms.regions.patch import AnyMask, Patch
from transforms.regions.solid import Solid


@dataclass(frozen=True)
class ViewData:
    """`masks`: region id -> bool (height, width) on the emitted image, or its patch. `image`: uint8 (height, width
    [, 3]) as emitted; None for text. `values`: float32 (height, width) in the source's unit, before windowing; None for
    colour. `signal`: float32 (samples, channels) of a signal. `volume_facts`: region id -> facts measured on the whole
    record, their ids not yet given. `solids`: region id -> its mask on the emitted volume, and `volume` the
    values of that (i, j, k), where they are of use."""

    scene: Scene
    masks: Mapping[str, AnyMask]
    image: NDArray[np.uint8] | None = None
    values: NDArray[np.float32] | None = None
    signal: NDArray[np.float32] | None = None
    volume_facts: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    solids: Mapping[str, Solid] = field(default_factory=dict)
    volume: NDArray[Any] | None = None

    @cached_property
    def patches(self) -> dict[str, Patch]:
        """The masks, each cut to its box. Raises ValueError on an empty one."""
        return {rid: Patch.of(mask) for rid, mask in self.masks.items()}

    @cached_property
    def marks(self) -> dict[str, Mark]:
        """The boxes and points of regions that have no mask, by region."""
        return of_scene(self.scene)

    @property
    def spacing(self) -> tuple[float, float] | None:
        """(x, y) millimetres a pixel, or None where the source does not know."""
        geometry = self.scene.media[0].geometry if self.scene.media else None
        return geometry.spacing_mm if geometry else None

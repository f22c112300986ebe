"""What travels with a packet, and what does not."""

import copy

from pipelines.packet import SceneState
from tests.scenes import axial_abdomen
from transforms.regions.patch import Patch


def test_a_scene_travels_without_its_pixels() -> None:
    view = axial_abdomen()
    masks = {rid: patch.packed() for rid, patch in view.patches.items()}
    state = SceneState(view.scene, masks, view=view)
    there = copy.copy(state)  # by way of what pickle asks for
    assert there.view is None
    assert (there.scene, there.masks) == (state.scene, state.masks)
    assert state.view is view
    assert Patch.unpacked(there.masks["r1"]).box == (10, 20, 50, 70)

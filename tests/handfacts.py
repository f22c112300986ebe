"""Facts written by hand for the hand-drawn abdomen: what its drawing says, not what our code measures."""

from schemas import Concept, Fact, Scene
from tests.scenes import ABDOMEN, CT, LEFT_KIDNEY, LESION, LIVER, RIGHT_KIDNEY, axial_abdomen
from tests.spaces import EFFUSION, MALIGNANCY, PNEUMOTHORAX

ROWS: tuple[tuple[str, tuple[str, ...], bool | int | float | str, str | None, float | None, Concept | None], ...] = (
    ("modality", (), "computed tomography", None, None, CT),
    ("plane", (), "axial", None, None, None),
    ("body_part", (), "abdomen", None, None, ABDOMEN),
    ("slice", (), 7, None, None, None),
    ("present", ("r1",), True, None, None, LIVER),
    ("present", ("r2",), True, None, None, LESION),
    ("present", ("r3",), True, None, None, LEFT_KIDNEY),
    ("present", ("r4",), True, None, None, RIGHT_KIDNEY),
    ("absent", (), True, None, None, PNEUMOTHORAX),
    ("absent", (), True, None, None, EFFUSION),
    ("count", ("r2",), 1, None, None, LESION),
    ("area", ("r1",), 8000.0, "mm2", 40.0, None),
    ("long_axis", ("r1",), 127.3, "mm", 2.8, None),
    ("short_axis", ("r1",), 124.1, "mm", 2.8, None),
    ("zone", ("r1",), "middle right", None, None, None),
    ("side", ("r1",), "right", None, None, None),
    ("mean_intensity", ("r1",), 58.4, "HU", 2.0, None),
    ("area", ("r2",), 324.0, "mm2", 2.0, None),
    ("long_axis", ("r2",), 22.0, "mm", 2.8, None),
    ("short_axis", ("r2",), 22.0, "mm", 2.8, None),
    ("zone", ("r2",), "middle right", None, None, None),
    ("side", ("r2",), "right", None, None, None),
    ("mean_intensity", ("r2",), 20.0, "HU", 2.0, None),
    ("volume", ("r2",), 5.6, "mL", 0.1, None),
    ("diameter", ("r2",), 24.0, "mm", 2.8, None),
    ("rating", ("r2",), 4.25, "1-5", 0.05, MALIGNANCY),
    ("area", ("r3",), 800.0, "mm2", 4.0, None),
    ("long_axis", ("r3",), 44.0, "mm", 2.8, None),
    ("short_axis", ("r3",), 34.5, "mm", 2.8, None),
    ("zone", ("r3",), "middle left", None, None, None),
    ("side", ("r3",), "left", None, None, None),
    ("mean_intensity", ("r3",), 35.0, "HU", 2.0, None),
    ("area", ("r4",), 640.0, "mm2", 3.2, None),
    ("long_axis", ("r4",), 42.5, "mm", 2.8, None),
    ("zone", ("r4",), "central", None, None, None),
    ("inside", ("r2", "r1"), 1.0, None, None, None),
    ("larger", ("r1", "r2"), 24.7, None, 1.2, None),
    ("larger", ("r1", "r3"), 10.0, None, 0.5, None),
    ("larger", ("r3", "r4"), 1.25, None, 0.06, None),
    ("distance", ("r3", "r4"), 70.0, "mm", 2.0, None),
)


def told_abdomen() -> Scene:
    """The axial abdomen with its facts f1, f2, ..."""
    facts = tuple(
        Fact(id=f"f{n}", predicate=name, regions=regions, value=value, unit=unit, tolerance=tolerance, concept=concept)
        for n, (name, regions, value, unit, tolerance, concept) in enumerate(ROWS, 1)
    )
    return axial_abdomen().scene.model_copy(update={"facts": facts})

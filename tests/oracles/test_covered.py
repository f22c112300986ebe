"""How many sets another library's own loader has read: what SimpleITK says of a grid does not count."""

from tests.oracles import (
    test_chest_radiographs,
    test_coco,
    test_decathlon,
    test_medmnist,
    test_nnunet,
    test_segmentations,
    test_signals,
    test_yolo,
)

SETS = {
    *test_chest_radiographs.SETS,
    *test_chest_radiographs.OTHERS,
    *test_coco.SETS,
    *test_decathlon.TASKS,
    *test_nnunet.SETS,
    *test_segmentations.SETS,
    *test_signals.SETS,
    *test_yolo.SETS,
    "lidc_idri",
    test_medmnist.DATASET,
    "pcam",
}


def test_at_least_25_sets_have_an_oracle() -> None:
    assert len(SETS) >= 25, sorted(SETS)

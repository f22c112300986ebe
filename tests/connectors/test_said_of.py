"""What labels are said of: the image, or more than it; and that what is said of a patient is not seen in a picture."""

from pathlib import Path

import numpy as np
import pytest

import catalog
from connectors.base import LayoutError
from schemas import Media, Presence, Scene
from tests.connectors import small
from transforms.facts import measure_all
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all, families
from transforms.text import describe

SPACE = catalog.labelspace()


def read(root: Path, **more: str) -> dict[str, tuple[str, str | None]]:
    from PIL import Image

    for name in ("a", "b"):
        Image.fromarray(np.zeros((8, 9), np.uint8)).save(root / f"{name}.png")
    (root / "t.csv").write_text("id,x\na,1\nb,0\n")
    table = {"format": "table", "file": "t.csv", "key": "id", "columns": ["x"], **more}
    card = small.card("pictures", {"files": ["{s}.png"], "annotations": [table]}, {"x": "pneumothorax"})
    records, _ = small.read(card, root)
    return {record.sources[0].uri: (record.presence[0].state, record.presence[0].level) for record in records}


def test_labels_are_of_the_image_unless_the_card_says_more(tmp_path: Path) -> None:
    assert read(tmp_path) == {"a.png": ("present", "image"), "b.png": ("absent", "image")}
    assert read(tmp_path, said_of="patient") == {"a.png": ("present", "patient"), "b.png": ("absent", "patient")}


def test_what_is_no_such_thing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match=r"annotations\.0\.said_of: 'slice' is none of breast, eye, patient"):
        read(tmp_path, said_of="slice")


PLAIN = {"registers": ["report"]}


def scene(level: str | None) -> Scene:
    said = Presence.model_validate({"concept": SPACE.concept("pneumothorax"), "state": "present", "level": level})
    media = (Media(name="png", kind="image", width=90, height=80, channels=1),)
    made = Scene.model_validate(
        {"key": "toy-1", "dataset": "toy", "record": "r", "subject": "s", "modality": SPACE.concept("cr"),
         "view": {"frame": "full"}, "media": media, "presence": (said,)}
    )  # fmt: skip
    return measure_all(ViewData(made, {}), SPACE)


@pytest.mark.parametrize(
    ("level", "words", "of"),
    [("patient", "in the patient", None), ("study", "in the examination", "present in the exam")],
)
def test_what_a_patient_has_is_told_as_such_and_nobody_asks_whether_it_is_visible(
    level: str, words: str, of: str | None
) -> None:
    found = scene(level)
    assert f"A pneumothorax is present {words}." in describe(found, SPACE, "grounded", PLAIN, 5).overall.text
    asked = [one for task in families() for seed in range(4) for one in ask_all(found, SPACE, [task], seed)]
    told = [turn.text for one in asked for turn in one.turns if "pneumothorax" in turn.text]
    assert bool(told) == (of is not None)
    assert all(of is not None and of in text for text in told)  # asked of the study, if at all
    own = scene("image")
    assert "A pneumothorax is present." in describe(own, SPACE, "grounded", PLAIN, 5).overall.text
    asked = [one for task in families() for seed in range(4) for one in ask_all(own, SPACE, [task], seed)]
    assert "pneumothorax" in " ".join(turn.text for one in asked for turn in one.turns)

"""Sentences on boxes, points and spans: what they say, that the claim check bears them out and denies others."""

import pytest

from schemas import Entry, LabelSpace, MadeBy, Scene
from tests.markviews import chest, clip
from tests.shapeviews import drawn as shapes
from tests.shapeviews import marked_volume
from tests.spaces import CARDIOMEGALY, NODULE, NUCLEUS, small_space
from transforms.checks.claims import check
from transforms.checks.claims.samples import verdicts
from transforms.facts import measure_all
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all, families
from transforms.text import describe

SPACE = small_space()
CHEST = measure_all(chest(), SPACE)
SHAPES = measure_all(shapes(), SPACE)
VOLUME = measure_all(marked_volume(), SPACE)
CLIP = measure_all(clip((CARDIOMEGALY, 12.0, 13.5), (NUCLEUS, 2.0, 2.004)), SPACE)


def told(scene: Scene) -> str:
    return describe(scene, SPACE, "grounded", {}, 5).overall.text


def test_a_box_is_told_as_a_box_and_a_point_as_a_point() -> None:
    text = told(CHEST)
    assert "Cardiomegaly is marked with a box in the lower center part of the image; the width of its box is 30" in text
    assert "Two pulmonary nodules are marked with boxes." in text
    assert "The left kidney is marked by a point in the lower left part of the image." in text
    assert "A lesion is marked by a point in the upper left part of the image" in text


def test_boxes_of_several_readers_may_be_of_one_thing() -> None:
    view = chest()
    second = view.scene.regions[2].model_copy(update={"made_by": MadeBy(kind="human", name="another reader")})
    scene = measure_all(ViewData(view.scene.model_copy(update={"regions": (view.scene.regions[1], second)}), {}), SPACE)
    assert "A pulmonary nodule is marked with boxes." in told(scene)
    asked = [one for task in families() for seed in range(8) for one in ask_all(scene, SPACE, [task], seed)]
    assert "nodules" not in " ".join(turn.text for one in asked for turn in one.turns)
    found = verdicts(scene, describe(scene, SPACE, "grounded", {}, 5), asked, SPACE)
    assert {one.verdict for _, one in found} == {"supported"}


def test_a_span_is_told_with_its_times() -> None:
    assert told(CLIP).endswith(
        "A nucleus is marked at 2 s of the video. Cardiomegaly is marked from 12 s to 13.5 s of the video."
    )


@pytest.mark.parametrize("scene", [CHEST, CLIP, SHAPES, VOLUME], ids=["chest", "clip", "shapes", "volume"])
@pytest.mark.parametrize("seed", range(8))
def test_every_sentence_and_answer_is_borne_out(scene: Scene, seed: int) -> None:
    description = describe(scene, SPACE, "grounded", {}, seed)
    dialogues = [one for task in families() for one in ask_all(scene, SPACE, [task], seed)]
    bad = [(where, one) for where, one in verdicts(scene, description, dialogues, SPACE) if one.verdict != "supported"]
    assert bad == []


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Cardiomegaly is marked with a box.", "supported"),
        ("Cardiomegaly is marked by a point.", "contradicted"),
        ("The lung is marked with a box.", "contradicted"),
        ("The left kidney is marked by a point.", "supported"),
        ("The left kidney is marked with a box.", "contradicted"),
        ("The left kidney is marked at [30.5, 120.2].", "supported"),
        ("The left kidney is marked at [30.5, 121.2].", "contradicted"),
        ("Cardiomegaly is marked with a box; the width of its box is 30 mm.", "supported"),
        ("Cardiomegaly is marked with a box; the width of its box is 35 mm.", "contradicted"),
        ("Cardiomegaly is marked with a box; its long axis is 30 mm.", "uncheckable"),
        ("The left kidney and the right kidney are marked 80.5 mm apart.", "supported"),
        ("The left kidney and the right kidney are marked 60 mm apart.", "contradicted"),
        ("The pulmonary nodule with the largest box lies within [20, 20, 40, 60].", "supported"),
        ("The pulmonary nodule with the largest box lies within [120, 100, 130, 110].", "contradicted"),
    ],
)
def test_free_text_on_marks(text: str, verdict: str) -> None:
    found = [one.verdict for one in check(text, CHEST, SPACE)]
    assert verdict in found
    assert verdict != "supported" or set(found) == {"supported"}


def test_lines_circles_and_ellipses_are_told_as_such() -> None:
    text = told(SHAPES)
    for said in (
        "A pleural effusion is marked with a line of 50 mm.",
        "The QT interval is marked with a line of 20 mm.",
        "A pulmonary nodule is marked with a circle in the center of the image; the diameter of its circle is 10 mm.",
        "the longer axis of its ellipse is 30 mm and the shorter axis of its ellipse is 10 mm.",
        "The angle at the liver between the left kidney and the right kidney is 90 degrees.",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("A pleural effusion is marked with a line of 50 mm.", "supported"),
        ("A pleural effusion is marked with a line of 60 mm.", "contradicted"),
        ("A pleural effusion is marked with a box.", "contradicted"),
        ("The QT interval is marked with a line of 20 mm.", "supported"),
        ("The QT interval is marked with a line of 25 mm.", "contradicted"),
        ("The pleural effusion is marked with a line from [10.0, 10.0] to [40.0, 100.0].", "supported"),
        ("The pleural effusion is marked with a line from [10.0, 10.0] to [40.0, 50.0].", "contradicted"),
        ("The pulmonary nodule is marked with a circle; the diameter of its circle is 10 mm.", "supported"),
        ("The pulmonary nodule is marked with a circle; the diameter of its circle is 13 mm.", "contradicted"),
        ("The pulmonary nodule is marked with an ellipse.", "contradicted"),
        ("The pulmonary nodule is marked with a circle; its long axis is 10 mm.", "uncheckable"),
        ("The pulmonary nodule is marked with a circle centred at [120.5, 90.5].", "supported"),
        ("The pulmonary nodule is marked with a circle centred at [110.5, 90.5].", "contradicted"),
        (
            "Cardiomegaly is marked with an ellipse; the longer axis of its ellipse is turned by 30 degrees.",
            "supported",
        ),
        (
            "Cardiomegaly is marked with an ellipse; the longer axis of its ellipse is turned by 70 degrees.",
            "contradicted",
        ),
        ("The pneumothorax is marked with a box; the longer side of its box is 25 mm.", "supported"),
        ("The pneumothorax is marked with a box; the shorter side of its box is 25 mm.", "contradicted"),
        ("The angle at the liver between the right kidney and the left kidney is 90 degrees.", "supported"),
        ("The angle at the liver between the left kidney and the right kidney is 80 degrees.", "contradicted"),
        ("The angle at the left kidney between the liver and the right kidney is 90 degrees.", "uncheckable"),
        (
            "The angle at the pulmonary nodule between the left kidney and the right kidney is 90 degrees.",
            "uncheckable",
        ),
    ],
)
def test_free_text_on_shapes(text: str, verdict: str) -> None:
    found = [one.verdict for one in check(text, SHAPES, SPACE)]
    assert verdict in found
    assert verdict != "supported" or set(found) == {"supported"}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Cardiomegaly is marked from 12 s to 13.5 s of the video.", "supported"),
        ("Cardiomegaly is marked from 11 s to 13.5 s of the video.", "contradicted"),
        ("Cardiomegaly is marked from 12 s to 15 s of the video.", "contradicted"),
        ("The marked cardiomegaly lasts 1.5 s.", "supported"),
        ("The marked cardiomegaly lasts 9 s.", "contradicted"),
        ("A nucleus is marked at 2 s of the video.", "supported"),
        ("The nucleus is marked at 4 s of the video.", "contradicted"),
        ("The pulmonary nodule is marked from 12 s to 13.5 s.", "uncheckable"),
    ],
)
def test_free_text_on_spans(text: str, verdict: str) -> None:
    found = [one.verdict for one in check(text, CLIP, SPACE)]
    assert verdict in found
    assert verdict != "supported" or set(found) == {"supported"}


def test_places_in_a_volume_are_told_with_their_slices() -> None:
    text = told(VOLUME)
    for said in (
        "The pneumothorax is marked on slices 3 to 6.", "Cardiomegaly is marked on slices 4 to 9.",
        "The liver is marked on slice 5.",
        "The pulmonary nodule is marked on slice 8 with a given diameter of 5.7 mm.",
    ):  # fmt: skip
        assert said in text
    own = {one.region: one.text for one in describe(VOLUME, SPACE, "grounded", {}, 5).regions}
    assert own["r1"] == "The left kidney is marked on slice 25."


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("The liver is marked on slice 5.", "supported"),
        ("The liver is marked on slice 6.", "contradicted"),
        ("The pneumothorax is marked on slices 3 to 6.", "supported"),
        ("The pneumothorax is marked on slices 3 to 8.", "contradicted"),
        ("The pulmonary nodule has a given diameter of 5.7 mm.", "supported"),
        ("The pulmonary nodule has a given diameter of 8 mm.", "contradicted"),
        ("Cardiomegaly is marked with a box that reaches 12 mm along the third axis.", "supported"),
        ("Cardiomegaly is marked with a box that reaches 30 mm along the third axis.", "contradicted"),
        ("The pleural effusion is marked with a box that reaches 2 mm along the third axis.", "uncheckable"),
        ("The left kidney and the liver are marked 40 mm apart.", "supported"),
        ("The angle at the liver between the left kidney and the right kidney is 60 degrees.", "contradicted"),
    ],
)
def test_free_text_on_places(text: str, verdict: str) -> None:
    found = [one.verdict for one in check(text, VOLUME, SPACE)]
    assert verdict in found
    assert verdict != "supported" or set(found) == {"supported"}


def test_what_is_of_another_kind_is_not_told() -> None:
    other = NODULE.model_copy(update={"label": "abnormality of another kind"})
    space = LabelSpace(entries=(*SPACE.entries, Entry(slug="other_abnormality", facet="finding", concept=other)))
    view = chest()
    region = view.scene.regions[3].model_copy(update={"concept": other})
    scene = measure_all(ViewData(view.scene.model_copy(update={"regions": (region,)}), {}), space)
    assert any(fact.predicate == "present" for fact in scene.facts)
    asked = [one for task in families() for one in ask_all(scene, space, [task], 5)]
    assert "another kind" not in describe(scene, space, "grounded", {}, 5).to_json()
    assert "another kind" not in " ".join(turn.text for one in asked for turn in one.turns)

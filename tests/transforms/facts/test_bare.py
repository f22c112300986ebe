"""What is told of a picture on which nothing is drawn, and of a report: measured by Pillow, counted by hand."""

import numpy as np
import pytest
from PIL import Image

from schemas import Fact, View
from tests.scenes import LIVER
from tests.spaces import small_space
from tests.views import disc, picture
from transforms.checks.claims.annotated import check
from transforms.facts import measure_all
from transforms.facts.picture import levels
from transforms.regions.viewdata import ViewData
from transforms.shards.remeasure import fact_problem
from transforms.text import describe
from transforms.text.rules import REGISTERS

SPACE = small_space()
GREY = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (64, 1))
COLOUR = np.stack([GREY, GREY[:, ::-1], GREY // 2], axis=-1)
REPORT = "INDICATION: A cough, 3 days.\n\nFINDINGS: - Clear.\n\nIMPRESSION: Clear."


def bare(image: np.ndarray) -> ViewData:
    return ViewData(picture([]).scene, {}, image)


def measured(view: ViewData) -> dict[str, Fact]:
    return {fact.predicate: fact for fact in measure_all(view, SPACE).facts}


@pytest.mark.parametrize("image", [GREY, COLOUR])
def test_brightness_is_that_of_pillows_grey(image):
    grey = np.asarray(Image.fromarray(image).convert("L"), float)
    found = measured(bare(image))
    assert found["brightness"].value == pytest.approx(100 * grey.mean() / 255, abs=0.3)  # Pillow rounds each pixel
    assert found["brightness"].unit == "%"


def test_black_is_what_no_channel_lights_up():
    image = np.zeros((10, 10, 3), np.uint8)
    image[:4], image[4:6, :, 2] = 200, 90
    assert levels(image)["black_share"] == pytest.approx(40)
    assert "black_share" not in measured(bare(np.full((10, 10), 90, np.uint8)))


def test_where_regions_are_drawn_the_picture_as_such_is_not_told():
    view = picture([(LIVER, disc((64, 64), 30, 30, 9))])
    assert measured(ViewData(view.scene, view.masks, GREY)).keys().isdisjoint({"brightness", "black_share"})


@pytest.mark.parametrize("register", REGISTERS)
def test_two_bare_pictures_are_told_apart_and_the_check_bears_it_out(register):
    texts = set()
    for image in (GREY, GREY // 2):
        scene = measure_all(bare(image), SPACE)
        text = describe(scene, SPACE, "grounded", {"registers": [register]}, 1).overall
        claimed = {claim.fact for claim in text.claims}
        told = {fact.predicate for fact in scene.facts if fact.id in claimed}
        assert len(told & {"brightness", "black_share"}) == 1
        assert {one.verdict for one in check(text.text, scene, SPACE)} == {"supported"}
        texts.add(text.text)
    assert len(texts) == 2
    (wrong,) = check("The mean brightness of this image is 93.0% of white.", measure_all(bare(GREY), SPACE), SPACE)
    assert wrong.verdict == "contradicted"


def test_a_changed_value_is_found_on_the_published_picture():
    scene = measure_all(bare(GREY), SPACE)
    for fact in (one for one in scene.facts if one.predicate in ("brightness", "black_share")):
        assert fact_problem(fact, scene, {}, image=GREY) == (1, None)
        assert "the picture gives" in str(fact_problem(fact, scene, {}, image=255 - GREY // 3)[1])
        assert fact_problem(fact, scene, {}) == (0, None)


def test_a_report_has_so_many_words_and_headings():
    scene = picture([]).scene.model_copy(update={"view": View(frame="text"), "media": (), "document": REPORT})
    scene = measure_all(ViewData(scene, {}), SPACE)
    found = {fact.predicate: fact for fact in scene.facts}
    assert (found["words"].value, found["headings"].value) == (9, 3)
    assert fact_problem(found["words"], scene, {}) == (1, None)
    changed = found["words"].model_copy(update={"value": 11})
    assert "the text gives 9" in str(fact_problem(changed, scene, {})[1])
    assert {one.verdict for one in check("It has 9 words and 3 headings.", scene, SPACE)} == {"supported"}
    assert {one.verdict for one in check("It has 10 words.", scene, SPACE)} == {"contradicted"}

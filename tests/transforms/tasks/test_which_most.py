"""In which of several images there is most of a thing: by hand, by each question's own check, and run again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalog
from schemas import Concept, Dialogue, Fact, Group, MadeBy, Media, MediaGeometry, Member, SampleRegion, Scene, View
from schemas.sample import RegionBox, RegionMask
from tests.scenes import CT, filled
from transforms.checks import run_all
from transforms.groups import across
from transforms.groups.compose import describe
from transforms.tasks import ask_all
from transforms.tasks.replay import replay
from transforms.tasks.scoring import score

SPACE = catalog.labelspace()
LIVER, POLYP = SPACE.get("liver").concept, SPACE.get("polyp").concept
HUMAN = MadeBy(kind="human", name="hand drawn")
Drawn = list[list[tuple[Concept, int]]]
"""Of each image, what is drawn on it: squares of so many pixels a side."""


def cases(drawn: Drawn, spacing: tuple[float, ...] = (), kind: str = "cases", made_by: MadeBy = HUMAN,
          absent: dict[int, Concept] | None = None, sides: tuple[int, ...] = ()) -> Scene:  # fmt: skip
    """Images of 100 x 100 pixels, of 1 mm unless `spacing` says otherwise, one a case; of no known scale where their
    `sides` are given."""
    mm = spacing or (1.0,) * len(drawn)
    at_scale = [MediaGeometry(spacing_mm=(side, side)) if not sides else None for side in mm]
    pictures = [Media(name=f"{n}.png", kind="image", width=100, height=(sides or (100,) * len(drawn))[n],
                      geometry=at_scale[n]) for n in range(len(drawn))]  # fmt: skip
    sheets = [Media(name=f"{n}.mask.png", kind="mask", width=100, height=100) for n in range(len(drawn))]
    members = tuple(Member(media=f"{n}.png", frame="full", record=f"c{n}", key=f"k{n}", subject=f"toy/{n}")
                    for n in range(len(drawn)))  # fmt: skip
    regions: list[SampleRegion] = []
    facts: list[Fact] = []
    for at, things in enumerate(drawn):
        by: dict[Concept, list[str]] = {}
        for number, (concept, side) in enumerate(things):
            rid, x0 = f"r{len(regions) + 1}", 30 * number
            regions.append(SampleRegion(
                id=rid, concept=concept, source_label="drawn", made_by=made_by, segmentation="instance", region=rid,
                box=RegionBox(media=f"{at}.png", xyxy=(x0, 5, x0 + side, 5 + side)),
                mask=RegionMask(media=f"{at}.mask.png", value=len(regions) + 1),
            ))  # fmt: skip
            by.setdefault(concept, []).append(rid)
            area = side * side * mm[at] ** 2
            facts.append(Fact(id="f0", predicate="area", regions=(rid,), value=area, unit="px2" if sides else "mm2",
                              tolerance=0.005 * area, media=(f"{at}.png",)))  # fmt: skip
        for concept, rids in by.items():
            told = {"regions": tuple(rids), "concept": concept, "media": (f"{at}.png",)}
            facts.append(Fact(id="f0", predicate="present", value=True, **told))
            facts += [Fact(id="f0", predicate="count", value=len(rids), **told)] if concept == POLYP else []
        if at in (absent or {}):
            concept = (absent or {})[at]
            facts.append(Fact(id="f0", predicate="absent", value=True, concept=concept, media=(f"{at}.png",)))
    facts = [fact.model_copy(update={"id": f"f{n}"}) for n, fact in enumerate(facts, 1)]
    scene = Scene(
        key="toy-cases", dataset="toy", record="c0", subject="toy/0", modality=CT, view=View(frame=kind),
        media=(*pictures, *sheets), regions=tuple(regions), facts=tuple(facts),
        group=Group.model_validate({"kind": kind, "whole": False, "members": members}),
    )  # fmt: skip
    drafts = enumerate(across.measure(scene), len(facts) + 1)
    return scene.model_copy(update={"facts": (*facts, *(draft.fact(n) for n, draft in drafts))})


def asked(scene: Scene, seed: int = 0) -> list[Dialogue]:
    return list(ask_all(scene, SPACE, ["which_most"], seed))


def outcomes(talk: Dialogue, scene: Scene) -> set[str]:
    labels = {region.id: region.concept.label for region in scene.regions}
    return {one.outcome for one in replay(talk, filled(scene), scene.media[0], labels=labels, scene=scene)}


def values(scene: Scene) -> dict[tuple[str, str | None], object]:
    return {(fact.predicate, fact.name): fact.value for fact in scene.facts if fact.predicate.endswith("_in")
            and fact.predicate != "shown_in"}  # fmt: skip


def test_the_image_with_the_largest_and_the_order_of_all() -> None:
    scene = cases([[(LIVER, 10)], [(LIVER, 30)], [(LIVER, 20)]])
    assert values(scene) == {("largest_in", "area"): "2", ("ranked_in", "area"): "2, 3, 1"}
    found = {talk.answer: talk for seed in range(8) for talk in asked(scene, seed)}
    assert set(found) == {"image 2", "2, 3, 1"}
    largest, order = found["image 2"], found["2, 3, 1"]
    assert largest.choices == ("image 1", "image 2", "image 3")
    assert largest.turns[1].text == "Of these images, the area of the liver is largest in image 2."
    assert [step.result for step in largest.reasoning] == [100.0, 900.0, 400.0, "image 2"]
    said = "come image 2, image 3 and image 1."
    assert order.turns[1].text == f"Of these images, in order of the area of the liver, the largest first, {said}"
    assert order.check is not None
    for said in ("2, 3, 1", "image 2, image 3, image 1", order.turns[1].text):
        assert score(order.check, said, question=order.turns[0].text).right
    assert not any(score(order.check, said).right for said in ("2, 1, 3", "1, 3, 2", "2", "2, 3", "2, 3, 1, 4"))
    for talk in found.values():
        assert outcomes(talk, scene) == {"pass"}


def test_the_number_of_what_is_drawn_none_where_it_was_looked_for() -> None:
    scene = cases([[(POLYP, 9)], [], [(POLYP, 9), (POLYP, 8)]], absent={1: POLYP})
    assert values(scene) == {("largest_in", "number"): "3"}
    (talk,) = asked(scene)
    assert (talk.answer, talk.turns[1].text) == (
        "image 3", "Of these images, the number of polyps drawn is largest in image 3.",
    )  # fmt: skip
    assert outcomes(talk, scene) == {"pass"}


@pytest.mark.parametrize(
    "scene",
    [
        cases([[(LIVER, 20)], [(LIVER, 20)], [(LIVER, 10)]]),  # two of one size
        cases([[(LIVER, 10)], [(LIVER, 30)], []]),  # nobody looked at the third
        cases([[(LIVER, 30)], [(LIVER, 20)]], spacing=(1.0, 2.0)),  # the smaller in mm is drawn larger
        cases([[(LIVER, 10)], [(LIVER, 30)]], made_by=MadeBy(kind="rule", name="threshold")),
        cases([[(POLYP, 9)], []], absent={1: POLYP}),  # which image shows it is all there is to say
        cases([[(LIVER, 10)], [(LIVER, 30), (LIVER, 20)]]),  # in two pieces
    ],
)  # fmt: skip
def test_what_is_not_known_of_all_is_not_said(scene: Scene) -> None:
    assert not [name for name in values(scene) if name[1] == "area"]
    assert [talk for talk in asked(scene) if "area" in talk.turns[0].text] == []


def test_an_area_of_unknown_scale_is_said_to_be_one_in_pixels() -> None:
    scene = cases([[(LIVER, 10)], [(LIVER, 30)]], sides=(100, 100))
    assert values(scene) == {("largest_in", "area in pixels"): "2"}
    (talk,) = asked(scene)
    assert "the area in pixels of the liver" in talk.turns[0].text
    assert talk.turns[1].text == "Of these images, the area in pixels of the liver is largest in image 2."
    assert outcomes(talk, scene) == {"pass"}
    said = describe(scene, (), SPACE, 5)
    assert not [one for one in run_all(scene, said, (talk,), SPACE) if one.outcome == "fail"]
    wrong = talk.turns[1].model_copy(update={"text": talk.turns[1].text.replace("image 2", "image 1")})
    bad = talk.model_copy(update={"turns": (talk.turns[0], wrong)})
    assert any(one.outcome == "fail" for one in run_all(scene, said, (bad,), SPACE))
    assert (
        values(cases([[(LIVER, 10)], [(LIVER, 30)]], sides=(100, 90))) == {}
    )  # not of one size: seen at another scale


def test_of_visits_and_of_slices_nothing_is_ranked() -> None:
    assert values(cases([[(LIVER, 10)], [(LIVER, 30)]], kind="study")) == {}
    assert values(cases([[(LIVER, 10)], [(LIVER, 30)]], kind="series")) == {}


@given(st.lists(st.integers(3, 28), min_size=2, max_size=4), st.integers(0, 5))
def test_what_is_said_is_true_is_run_again_and_a_wrong_one_is_found(sides: list[int], seed: int) -> None:
    scene = cases([[(LIVER, side)] for side in sides])
    said = describe(scene, (), SPACE, 5)
    for talk in asked(scene, seed):
        best = sorted(range(len(sides)), key=lambda n: -sides[n])
        first = [int(part.removeprefix("image ")) - 1 for part in talk.answer.split(", ")]
        assert first == best[: len(first)]
        assert outcomes(talk, scene) == {"pass"}
        for number in range(len(talk.reasoning) - 1):
            less = (*talk.reasoning[:number], *talk.reasoning[number + 1 :])
            assert "fail" in outcomes(talk.model_copy(update={"reasoning": less}), scene)
        assert not [one for one in run_all(scene, said, (talk,), SPACE) if one.outcome == "fail"]
        other = f"image {best[-1] + 1}"
        text = talk.turns[1].text.replace(f"image {best[0] + 1}", other)
        wrong = talk.model_copy(update={"turns": (talk.turns[0], talk.turns[1].model_copy(update={"text": text}))})
        assert any(one.outcome == "fail" for one in run_all(scene, said, (wrong,), SPACE))


def test_where_the_right_image_stands_says_nothing() -> None:
    rng = np.random.default_rng(7)
    answers = [asked(cases([[(LIVER, int(side))] for side in rng.permutation([8, 14, 20, 26])]), n)[0].answer
               for n in range(60)]  # fmt: skip
    alone = [answer for answer in answers if "," not in answer]
    assert 15 < len(alone) < 45
    assert len(set(alone)) == 4

"""What changed between two visits, and where: what is right by hand is right by its own check, and is run again."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import catalog
from schemas import Concept, Dialogue, Fact, Group, MadeBy, Media, MediaGeometry, Member, SampleRegion, Scene, View
from schemas.sample import RegionBox, RegionMask
from tests.scenes import CT, filled
from transforms.checks import run_all
from transforms.groups import across
from transforms.groups.compose import describe
from transforms.regions.solid import Solid
from transforms.tasks import ask_all, changed
from transforms.tasks.judged import check_of
from transforms.tasks.replay import replay
from transforms.tasks.scoring import score

SPACE = catalog.labelspace()
HUMAN = MadeBy(kind="human", name="hand drawn")
NAMES = ("pleural_effusion", "pneumothorax", "cardiomegaly", "liver", "spleen", "left_kidney", "right_kidney")
EFFUSION, PNEUMOTHORAX, HEART, LIVER, SPLEEN, LEFT, RIGHT = (SPACE.get(name).concept for name in NAMES)
Drawn = Sequence[tuple[Concept, tuple[int, int, int, int]]]
PLACE = (30, 40, 70, 80)


def pair(
    first: Drawn, second: Drawn, said: Sequence[tuple[str, int, Concept]] = (), kind: str = "image", **more: Any
) -> Scene:
    """Two visits of 100 x 100 pixels of 1 mm, with these boxes filled in each, and what else is present or absent."""
    pictures = [Media(name=f"{n}.png", kind="image", width=100, height=100, geometry=MediaGeometry(spacing_mm=(1, 1)))
                for n in (0, 1)]  # fmt: skip
    sheets = [Media(name=f"{n}.mask.png", kind="mask", width=100, height=100) for n in (0, 1)]
    members = tuple(Member(media=f"{n}.png", visit=n + 1, frame="full", record=f"c{n}", key=f"k{n}") for n in (0, 1))
    regions: list[SampleRegion] = []
    rows: list[tuple[str, int, dict[str, Any]]] = []
    for at, drawn in enumerate((first, second)):
        for concept, (x0, y0, x1, y1) in drawn:
            rid = f"r{len(regions) + 1}"
            regions.append(SampleRegion(
                id=rid, concept=concept, source_label="drawn", made_by=HUMAN, segmentation="instance", region=rid,
                box=RegionBox(media=f"{at}.png", xyxy=(x0, y0, x1, y1)),
                mask=RegionMask(media=f"{at}.mask.png", value=len(regions) + 1),
            ))  # fmt: skip
            area = float((x1 - x0) * (y1 - y0))
            size = {"value": area, "unit": "mm2", "tolerance": 0.005 * area}
            rows.append(("present", at, {"regions": (rid,), "concept": concept, "value": True}))
            rows.append(("area", at, {"regions": (rid,), **size}))
    rows += [(predicate, at, {"concept": concept, "value": True}) for predicate, at, concept in said]
    facts = tuple(
        Fact.model_validate({"id": f"f{n}", "predicate": predicate, "media": (f"{at}.png",), **fields})
        for n, (predicate, at, fields) in enumerate(rows, 1)
    )
    scene = Scene(
        key="toy-pair", dataset="toy", record="c0", subject="toy/1", modality=CT, view=View(frame="visits"),
        media=(*pictures, *sheets), regions=tuple(regions), facts=facts,
        group=Group(kind="visits", whole=False, timed=True, members=members), **more,
    )  # fmt: skip
    return told(scene)


def told(scene: Scene) -> Scene:
    drafts = enumerate(across.measure(scene), len(scene.facts) + 1)
    return scene.model_copy(update={"facts": (*scene.facts, *(draft.fact(n) for n, draft in drafts))})


def new() -> Scene:
    """An effusion is drawn at the second visit alone; both hearts are large, neither shows air."""
    said = [("absent", 0, EFFUSION), *((state, at, concept) for at in (0, 1) for state, concept in
                                       (("present", HEART), ("absent", PNEUMOTHORAX)))]  # fmt: skip
    return pair((), [(EFFUSION, PLACE)], said)


def grown() -> Scene:
    """The spleen to four times its area, the others to hardly more."""
    small = [(LIVER, (0, 0, 40, 40)), (SPLEEN, (50, 0, 60, 10)), (LEFT, (50, 50, 60, 80)), (RIGHT, (0, 50, 10, 80))]
    large = [(LIVER, (0, 0, 42, 40)), (SPLEEN, (50, 0, 70, 20)), (LEFT, (50, 50, 60, 85)), (RIGHT, (0, 50, 10, 75))]
    return pair(small, large)


def asked(scene: Scene, seed: int = 0) -> list[Dialogue]:
    return list(ask_all(scene, SPACE, ["changed"], seed))


def outcomes(talk: Dialogue, scene: Scene) -> set[str]:
    labels = {region.id: region.concept.label for region in scene.regions}
    return {one.outcome for one in replay(talk, filled(scene), scene.media[0], labels=labels, scene=scene)}


def test_where_the_new_is_and_what_it_is() -> None:
    for seed in range(6):
        where, what = asked(new(), seed)
        assert where.answer == str(list(PLACE))
        assert where.turns[1].text == f"Image 2 shows a pleural effusion within {list(PLACE)}, and image 1 shows none."
        assert where.check is not None
        assert where.check.kind == "iou"
        assert what.answer == "pleural effusion"
        assert what.check is not None
        offered = what.choices or (what.check.accepted[0], *what.check.alternatives)
        assert set(offered) == {"pleural effusion", "pneumothorax", "cardiomegaly"}
        assert "effusion" not in what.turns[0].text.partition("\n")[0]


def test_what_is_gone_is_looked_for_in_the_earlier_and_the_question_does_not_say_in_which() -> None:
    gone = pair([(EFFUSION, PLACE)], (), [("absent", 1, EFFUSION)])
    (where,) = asked(gone)
    assert where.turns[1].text.startswith("Image 1 shows a pleural effusion within")
    assert [one.turns[0].text for one in asked(gone)] == [one.turns[0].text for one in asked(new())[:1]]


def test_nothing_is_new_where_nobody_looked_for_it_before() -> None:
    assert asked(pair((), [(EFFUSION, PLACE)])) == []


def test_two_of_a_kind_and_a_speck_have_no_one_place() -> None:
    both = [(EFFUSION, PLACE), (EFFUSION, (0, 0, 20, 20))]
    assert asked(pair((), both, [("absent", 0, EFFUSION)])) == []
    assert asked(pair((), [(EFFUSION, (0, 0, 2, 2))], [("absent", 0, EFFUSION)])) == []


def test_a_wrong_choice_is_alike_in_both() -> None:
    """What one image alone shows as well, or was examined for in one image alone, is none."""
    said = [("absent", 0, EFFUSION), ("present", 0, HEART), ("present", 1, PNEUMOTHORAX), ("absent", 0, PNEUMOTHORAX)]
    assert all(not talk.choices for talk in asked(pair((), [(EFFUSION, PLACE)], said)))


def test_which_has_changed_the_most() -> None:
    found = [talk for seed in range(8) for talk in asked(grown(), seed)]
    assert {talk.answer for talk in found} == {"the spleen"}
    for talk in found:
        assert talk.choices is not None
        assert sorted(talk.choices) == ["the left kidney", "the liver", "the right kidney", "the spleen"]
        assert talk.turns[1].text == "The area of the spleen in image 2 is 4 times that in image 1."
        assert len(talk.facts) == 4
        assert talk.reasoning[-1].op == "most_changed"
    assert len({talk.choices.index("the spleen") for talk in found if talk.choices}) > 1


def test_none_is_asked_for_where_two_changed_alike() -> None:
    small = [(LIVER, (0, 0, 40, 40)), (SPLEEN, (50, 0, 60, 10)), (LEFT, (50, 50, 60, 80))]
    large = [(LIVER, (0, 0, 80, 40)), (SPLEEN, (50, 0, 60, 20)), (LEFT, (50, 50, 60, 81))]
    assert asked(pair(small, large)) == []
    assert asked(pair(small[:2], large[:2])) == []


@pytest.mark.parametrize("make", [new, grown])
def test_every_step_is_true_and_a_changed_one_is_not(make: Any) -> None:
    scene = make()
    for talk in asked(scene, 3):
        assert outcomes(talk, scene) == {"pass"}
        for number, step in enumerate(talk.reasoning):
            wrong: Any = not step.result if isinstance(step.result, bool) else 77.0
            bent = list(talk.reasoning)
            bent[number] = step.model_copy(update={"result": wrong if not isinstance(step.result, str) else "r9"})
            assert "fail" in outcomes(talk.model_copy(update={"reasoning": tuple(bent)}), scene), step


@pytest.mark.parametrize("make", [new, grown])
def test_sentences_are_checked_and_score_and_with_the_images_exchanged_are_wrong(make: Any) -> None:
    scene = make()
    talks = asked(scene, 1)
    said = describe(scene, (), SPACE, 5)
    assert [one.reason for one in run_all(scene, said, tuple(talks), SPACE) if one.outcome != "pass"] == []
    for talk in talks:
        assert talk.check is not None
        answer = (
            talk.turns[1].text.rpartition("within ")[2].partition(", and")[0]
            if talk.check.kind == "iou"
            else talk.answer
        )
        for right in (answer, talk.turns[1].text):
            assert score(talk.check, right, talk.choices, talk.turns[0].text).right, right
        text = talk.turns[1].text.replace("mage 1", "mage ?").replace("mage 2", "mage 1").replace("mage ?", "mage 2")
        other = talk.model_copy(update={"turns": (talk.turns[0], talk.turns[1].model_copy(update={"text": text}))})
        assert any(one.outcome == "fail" for one in run_all(scene, said, (other,), SPACE)), text


def test_a_place_that_was_changed_is_found_by_verify() -> None:
    scene = new()
    moved = [fact.model_copy(update={"value": "[31, 40, 70, 80]"}) if fact.predicate == "only_at" else fact
             for fact in scene.facts]  # fmt: skip
    assert [one for one in across.problems(scene) if one] == []  # type: ignore[arg-type]
    assert [one for one in across.problems(scene.model_copy(update={"facts": tuple(moved)})) if one]  # type: ignore[arg-type]


def volumes() -> tuple[Scene, dict[str, Solid]]:
    """The same of two scans: what the second alone shows is largest on its slice 3."""
    mask = np.zeros((12, 12, 8), bool)
    mask[2:6, 2:6, 2:6] = True
    mask[1:8, 1:8, 3] = True
    solid = Solid(mask, (0, 0, 0), mask.shape)
    geometry = MediaGeometry(
        affine=tuple(tuple(float(i == j) for j in range(4)) for i in range(4)), voxel_mm=(1.0, 1.0, 1.0)
    )  # type: ignore[arg-type]
    media = tuple(Media(name=f"{n}.nii.gz", kind="volume", shape=(12, 12, 8), geometry=geometry) for n in (0, 1))
    members = tuple(Member(media=one.name, visit=n + 1, frame="volume", record=f"c{n}", key=f"k{n}")
                    for n, one in enumerate(media))  # fmt: skip
    region = SampleRegion(
        id="r1", concept=EFFUSION, source_label="drawn", made_by=HUMAN, segmentation="semantic", box3d=solid.box,
        mask=RegionMask(media="1.mask.nii.gz", value=1), volume="1.nii.gz",
    )  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"predicate": "absent", "media": ("0.nii.gz",), "concept": EFFUSION, "value": True},
        {"predicate": "present", "media": ("1.nii.gz",), "concept": EFFUSION, "value": True, "regions": ("r1",)},
        {"predicate": "largest_slice", "media": ("1.nii.gz",), "value": 3, "regions": ("r1",)},
    ]
    facts = tuple(Fact.model_validate({"id": f"f{n}", **row}) for n, row in enumerate(rows, 1))
    scene = Scene(key="toy-scans", dataset="toy", record="c0", subject="toy/1", modality=CT, view=View(frame="visits"),
                  media=media, regions=(region,), facts=facts,
                  group=Group(kind="visits", whole=False, timed=True, members=members))  # fmt: skip
    return told(scene), {"r1": solid}


def test_of_scans_the_slice_is_asked_for() -> None:
    scene, solids = volumes()
    (talk,) = asked(scene)
    assert (talk.answer, talk.turns[1].text) == (
        "3", "Image 2 shows a pleural effusion, most of it on slice 3, and image 1 shows none.")  # fmt: skip
    assert {one.outcome for one in replay(talk, {}, scene.media[0], scene=scene, solids=solids)} == {"pass"}
    bent = talk.reasoning[-1].model_copy(update={"result": 4})
    wrong = talk.model_copy(update={"reasoning": (*talk.reasoning[:-1], bent)})
    assert "fail" in {one.outcome for one in replay(wrong, {}, scene.media[0], scene=scene, solids=solids)}
    assert talk.check == check_of("3", None, list(scene.facts), scene, SPACE)
    assert [
        one.reason for one in run_all(scene, describe(scene, (), SPACE, 5), (talk,), SPACE) if one.outcome != "pass"
    ] == []


def test_only_groups_are_asked() -> None:
    alone = new().model_copy(update={"group": None})
    assert list(changed.ask(alone, SPACE, random.Random(1))) == []


def test_of_several_changes_a_list_says_which_is_meant() -> None:
    said = [("absent", 0, EFFUSION), ("present", 1, EFFUSION), ("absent", 0, HEART), ("present", 1, HEART),
            ("absent", 0, PNEUMOTHORAX), ("absent", 1, PNEUMOTHORAX)]  # fmt: skip
    found = [talk for seed in range(6) for talk in asked(pair((), (), said), seed)]
    assert {talk.answer for talk in found} == {"pleural effusion", "cardiomegaly"}
    assert all(talk.choices and "pneumothorax" in talk.choices and len(talk.choices) == 2 for talk in found)
    alone = {talk.choices is None for seed in range(6) for talk in asked(pair((), (), [*said[:2], *said[4:]]), seed)}
    assert alone == {True, False}

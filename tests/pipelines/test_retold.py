"""Sources that say the same of different people: one sample leaves, where a recipe asks for it, and all are booked."""

from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rich.console import Console

from pipelines import build
from pipelines.build import Job
from pipelines.publish.retold import retold
from tests.connectors import small
from tests.pipelines import workshop
from transforms.identity import texts

USE = {"redistribute": False, "accept_unknown": True}
FINDINGS = (
    "The heart is enlarged when it is held against the width of the chest in this invented report. There is a pleural "
    "effusion on the left that measures 12 mm in depth. The bones that can be seen are as one would expect them to "
    "be, and so is what lies around them. All of this was made up by hand for a test, and it tells of nobody at all."
)
REPORTS = {
    "a": FINDINGS,
    "b": FINDINGS.replace("invented report", "invented letter").upper(),  # the same, in other letters
    "c": FINDINGS.replace("on the left", "on the right"),
    "d": FINDINGS.replace("12 mm", "13 mm"),
    "e": FINDINGS.replace("There is a pleural", "There is no pleural"),
    "f": FINDINGS.replace("The heart is enlarged", "The lung is emphysematous"),
    "g": "No change.",  # of so short a text nothing is made
    "h": "No change.",
    "i": "",  # our own words alone, and those are all alike
    "j": "",
}


def fates(root: Path, **asked: float) -> dict[str, tuple[str, str | None]]:
    """case -> what publish made of its sample, and why; all of them built under one option."""
    folder = root / "raw/small"
    (folder / "img").mkdir(parents=True)
    for n, case in enumerate(REPORTS):
        Image.fromarray(np.random.default_rng(n).integers(0, 255, (64, 64), np.uint8)).save(folder / f"img/{case}.png")
    rows = [f'{case},"{report}"' for case, report in REPORTS.items()]
    (folder / "t.csv").write_text("\n".join(["id,report", *rows]) + "\n")
    told = {"format": "table", "file": "t.csv", "key": "id", "columns": [], "text": ["report"]}
    card = small.card("pictures", {"files": ["img/{case}.png"], "annotations": [told]}, {}, exhaustive=[])
    card = card.model_copy(update={"modalities": ("xray",), "anatomy": ("thorax",)})
    with pytest.MonkeyPatch.context() as patch:
        workshop.only(card, patch)
        file = workshop.recipe(root / "r.yaml", "small", use=USE, tasks=["modality"], deduplicate=asked)
        build.run(workshop.context(file, root / "raw", root / "space"), Job(("ingest", "curate", "publish"), "inline"),
                  Console(quiet=True))  # fmt: skip
    tables = {name: workshop.table(root / "space", name) for name in ("records", "samples", "ledger")}
    case = {key: Path(uri).stem for key, uri in tables["records"].select("key", "uri").iter_rows()}
    owner = {key: case[record] for key, record in tables["samples"].select("key", "record").iter_rows()}
    booked = tables["ledger"].filter(stage="publish").select("unit", "fate", "reason").iter_rows()
    found = {owner[unit]: (fate, why) for unit, fate, why in booked}
    published = {case[sample.record] for _, sample in workshop.samples(root / "space/shards")}
    assert published == {name for name, (fate, _) in found.items() if fate == "emitted"}
    return {name: (fate, why and why.replace(next(k for k, v in owner.items() if k in why), "KEY"))
            for name, (fate, why) in found.items()}  # fmt: skip


def test_one_of_two_that_say_the_same_leaves_and_the_other_is_booked(tmp_path: Path) -> None:
    found = fates(tmp_path, texts=0.8)
    assert found.keys() == REPORTS.keys(), "each of them is booked"
    assert Counter(fate for fate, _ in found.values()) == {"emitted": 9, "deduplicated": 1}
    (why,) = [why for name, (fate, why) in found.items() if fate == "deduplicated" and name in "ab"]
    assert "says the same as that of KEY: the same concepts, denials, sides and numbers, and about 9" in str(why)


@pytest.mark.parametrize("asked", [{}, {"texts": 1.0}])
def test_none_is_left_out_where_that_is_not_asked_for(tmp_path: Path, asked: dict[str, float]) -> None:
    assert {fate for fate, _ in fates(tmp_path, **asked).values()} == {"emitted"}


WORDS = [
    f"{stem}{end}" for stem in ("lor", "mip", "dol", "sit", "amet", "quis") for end in ("um", "a", "is", "or", "ent")
]


@st.composite
def told(draw: st.DrawFn) -> pl.DataFrame:
    """Made-up texts, some of them others with a few words exchanged."""
    word = st.sampled_from(WORDS)
    first = draw(st.lists(st.lists(word, min_size=30, max_size=60), min_size=1, max_size=4))
    rows = []
    for n in range(draw(st.integers(2, 12))):
        text = list(draw(st.sampled_from(first)))
        for _ in range(draw(st.integers(0, 4))):
            text[draw(st.integers(0, len(text) - 1))] = draw(word)
        named = draw(st.sampled_from([[], [("SCT", "1")]]))
        rows.append((f"k{n:02}", draw(st.sampled_from("PQRS")), draw(st.integers(0, 1)), True, " ".join(text),
                     str(named), texts.signed(" ".join(text), named)))  # fmt: skip
    return pl.DataFrame(rows, ["key", "subject", "drawn", "new", "text", "named", "tells"], orient="row")


def alike(one: str, other: str) -> float:
    """The share of equal runs of three words, counted."""
    runs = [{tuple(text.split()[n : n + 3]) for n in range(len(text.split()) - 2)} for text in (one, other)]
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])


@given(told(), st.sampled_from([0.6, 0.8, 1.0]), st.integers(1, 3))
def test_what_is_left_out_is_as_alike_as_is_asked_for_to_one_that_is_not(
    rows: pl.DataFrame, least: float, parts: int
) -> None:
    found = retold(
        lambda: [rows.filter(pl.int_range(pl.len()) % parts == n) for n in range(parts)], texts.Runs(least)
    ).twins
    by_key = {row["key"]: row for row in rows.to_dicts()}
    gone = set(found["key"])
    for key, kept, share in found.iter_rows():
        one, other = by_key[key], by_key[kept]
        assert kept not in gone, "no chains"
        assert one["subject"] != other["subject"]
        assert one["named"] == other["named"]
        assert one["drawn"] <= other["drawn"]
        assert share >= least
        assert abs(share - alike(one["text"], other["text"])) < 0.2, "five deviations of the estimate"
    left = [row for key, row in by_key.items() if key not in gone]
    for one in left:
        for other in left:
            if one["subject"] != other["subject"] and one["named"] == other["named"]:
                assert alike(one["text"], other["text"]) < min(1.0, least + 0.2)


def test_rounds_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [f"{word} " * 9 + "and so on until there are words enough" for word in WORDS for _ in range(3)]
    rows = pl.DataFrame({"key": [f"k{n:03}" for n in range(len(said))], "drawn": 0, "new": True,
                         "subject": [f"p{n % 7}" for n in range(len(said))],
                         "tells": [texts.signed(text, []) for text in said]})  # fmt: skip
    once = retold(lambda: [rows], texts.Runs(0.9)).twins
    monkeypatch.setattr("pipelines.publish.retold.AT_ONCE", 50)
    assert once.equals(retold(lambda: [rows[40:], rows[:40]], texts.Runs(0.9)).twins)
    assert once.height == 2 * len(WORDS)

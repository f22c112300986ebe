"""Sites and devices over the whole path: what goes with a label is in a run's report, who is held out is in test."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from rich.console import Console

import catalog
from pipelines import build, confounding
from pipelines.build import Job
from pipelines.context import Context
from pipelines.store import Store
from schemas import Stated
from tests.connectors import small
from tests.pipelines import workshop

PEOPLE = 24  # of centre A with pneumonia, of B without, but for two each; every person has two pictures


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder, rng = tmp_path / "raw/small", np.random.default_rng(5)
    folder.mkdir(parents=True)
    rows = ["id,Pneumonia,centre,sex,scanner"]
    for n in range(PEOPLE):
        ill, scanner = n % 12 not in (0, 1), "North" if n % 6 == 0 else "South"
        for view in "xy":
            picture = rng.integers(0, 255, (40, 48), np.uint8)
            cv2.imwrite(str(folder / f"p{n}_{view}.png"), picture)
            sick = ill if n < PEOPLE // 2 else not ill
            rows.append(f"p{n}_{view},{int(sick)},{'A' if n < PEOPLE // 2 else 'B'},{'FM'[n % 2]},{scanner}")
    (folder / "t.csv").write_text("\n".join(rows) + "\n")
    table = {"format": "table", "file": "t.csv", "key": "id", "columns": ["Pneumonia"],
             "tell": {name: name for name in ("centre", "sex", "scanner")}}  # fmt: skip
    options: dict[str, Any] = {"files": ["{person}_{view}.png"], "ignore": ["t.csv"], "annotations": [table],
                               "subject": "{person}", "modality": "xray"}  # fmt: skip
    card = small.card("pictures", options, {"Pneumonia": "pneumonia"}, exhaustive=["pneumonia"])
    facts = {"sex": {"as": "attribute", "label": "sex", "level": "patient", "values": {"F": "female", "M": "male"}},
             "scanner": {"as": "attribute", "label": "scanner model", "level": "study"},
             "centre": {"left_out": "a place"}}  # fmt: skip
    stated = {name: Stated.model_validate(fact) for name, fact in facts.items()}
    workshop.only(card.model_copy(update={"layout": card.layout.model_copy(update={"facts": stated})}), monkeypatch)
    return tmp_path


def built(place: Path, **splits: Any) -> Context:
    sources = [{"dataset": "small", "views": {}, "experts": []}]
    shares = {"train": 0.8, "validation": 0.2, "test": 0, **splits}
    file = workshop.recipe(place / "r.yaml", sources=sources, tasks=["presence", "modality"], splits=shares)
    ctx = workshop.context(file, place / "raw", place / "space")
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    return ctx


def report(ctx: Context) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(ctx.workspace) / "report.json").read_text())
    return found


def test_the_report_tells_what_goes_with_a_label(place: Path) -> None:
    ctx = built(place)
    rows = {row["trait"]: row for row in report(ctx)["confounders"]}
    assert set(rows) == {"site", "sex", "device"}
    assert rows["site"]["values"] == {"A": [10, 2], "B": [2, 10]}
    assert rows["site"]["measure"] == pytest.approx(8 / 12, abs=1e-3)
    assert rows["site"]["q"] < 0.05 < rows["sex"]["q"]
    page = (Path(ctx.workspace) / "report.html").read_text()
    assert "What goes with a label" in page
    assert "A 10 : 2, B 2 : 10" in page
    again = report(ctx)["confounders"]
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    assert report(ctx)["confounders"] == again


def test_a_site_or_a_device_at_a_site_is_held_out_with_all_of_its_people(place: Path) -> None:
    ctx = built(place, held_out=[{"site": ["A"], "device": ["North"]}])
    shards = Path(ctx.workspace) / "shards"
    splits: dict[str, set[str]] = {}
    for _, sample in workshop.samples(shards):
        splits.setdefault(sample.split, set()).add(sample.provenance.sources[0].uri.partition("_")[0])
    assert splits["test"] == {"small/p0", "small/p6"} or splits["test"] == {"p0", "p6"}
    assert not splits["test"] & (splits["train"] | splits["validation"])
    assert report(ctx)["held_out"] == [{"who": {"site": ["A"], "device": ["North"]}, "subjects": 2}]
    told = (shards / "README.md").read_text()
    assert "Held out for test, all of a person: people with site A and device North." in told


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"site": ["A", "C"]}, r"held_out.0.site: no record has 'C'; there are A, B$"),
        (
            {"device": ["Nort"]},
            r"held_out.0.device: no record has 'Nort' \(did you mean 'North'\?\); there are North",
        ),
        ({"sex": ["female"], "site": ["a"]}, r"held_out.0.site: no record has 'a'.*; there are A, B"),
        (
            {"dataset": ["smal"]},
            r"held_out.0.dataset: 'smal' is none of .* \(did you mean 'small'\?\)",
        ),
        ({"device": ["North"], "sex": ["male"]}, r"held_out.0: no record has sex male and device North at once; make"),
    ],
)
def test_a_value_that_nobody_has_is_refused_with_those_that_there_are(
    entry: dict[str, Any], said: str, place: Path
) -> None:
    with pytest.raises(ValueError, match=said):
        built(place, held_out=[entry])
    state = Store(place / "space").every_part()
    assert not any(part.state for part in state)  # nothing was curated for it


def test_what_no_record_tells_is_said_with_what_they_tell(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = catalog.card("small")
    bare = card.layout.model_copy(update={"facts": {**card.layout.facts, "scanner": Stated(left_out="not told")}})
    workshop.only(card.model_copy(update={"layout": bare}), monkeypatch)
    with pytest.raises(ValueError, match="no record has 'North': none of them tells its device; they tell site, sex"):
        built(place, held_out=[{"device": ["North"]}])


def test_records_are_read_once_for_who_is_held_out(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before curate, for the plan and for the report again; and anew once something was ingested."""
    reads: list[int] = []
    real = confounding.traits_of
    monkeypatch.setattr(confounding, "traits_of", lambda record: (reads.append(1), real(record))[1])
    ctx = built(place, held_out=[{"site": ["A"]}])
    assert len(reads) == 2 * PEOPLE
    assert report(ctx)["held_out"] == [{"who": {"site": ["A"]}, "subjects": PEOPLE // 2}]
    table = place / "raw/small/t.csv"
    table.write_text(table.read_text().replace("p1_x,0,A", "p1_x,0,B").replace("p1_y,0,A", "p1_y,0,B"))
    ctx = built(place, held_out=[{"site": ["A"]}])
    assert len(reads) == 4 * PEOPLE
    test = {one.subject for _, one in workshop.samples(Path(ctx.workspace) / "shards") if one.split == "test"}
    assert len(test) == PEOPLE // 2 - 1


def test_an_entry_that_names_nobody_is_no_recipe(place: Path) -> None:
    with pytest.raises(ValueError, match=r"splits.held_out.0: names nobody"):
        built(place, held_out=[{}])

"""Findings, denial, doubt and sides read from chest reports, against labels that others made.

`python -m benchmarks.reports [--raw DIR] [--indiana NLMCXR_reports.tgz] [--tune]`:
- radlabels: 1,000 synthetic reports with findings and the words that say so, labelled by RadGraph and a list of phrases.
  Half of them (a hash of the name) was read while the rules were written; the other half is measured (`--tune`: the first).
- the same words, given to negspacy and to medspaCy's ConText (an environment with both; without, they are left out).
- Indiana: reports with MeSH headings by people, which name findings and sides (in the wheel of torchxrayvision 1.5.7).
"""

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from rich.console import Console
from rich.table import Table

from benchmarks.claims_suite.declared import ROOT, space
from catalog.load import read_card
from connectors.readers.text_reports import spans
from schemas.text import ConceptSpan
from transforms.text.source_texts import linked, sections

STATES = {"definitely present": "present", "definitely absent": "absent", "uncertain": "uncertain"}
IMPLIED = {
    "pulmonary_edema": "pulmonary_congestion_pulmonary_venous_congestion", "pneumonia": "air_space_opacity",
    "consolidation": "air_space_opacity", "infiltration": "air_space_opacity", "lobar_segmental_collapse": "atelectasis",
    "whole_lung_or_majority_collapse": "atelectasis", "lung_lesion": "lung_nodule_or_mass",
    "acute_rib_fracture": "fracture_generic", "non_acute_rib_fracture": "fracture_generic",
}  # fmt: skip
"""What radlabels calls by a second name as well, because both have the phrase in their lists."""
SAME = {"lung_infection": "pneumonia", "rib_fracture": "fracture_generic", "pulmonary_nodule": "lung_nodule_or_mass"}
"""Concepts of ours that the list of radlabels does not tell apart."""
OF_LUNG = re.compile(r"\b(?:lungs?|pulmonary|parenchymal|patchy|focal|diffuse)\b", re.IGNORECASE)
"""An opacity is one of the lung in radlabels where one of these words belongs to it."""

NEAR = 40


class Said(NamedTuple):
    """A finding of a report: where it stands, and how it is meant."""

    finding: str
    start: int
    end: int
    state: str


class Report(NamedTuple):
    name: str
    text: str
    labels: dict[str, str]
    said: list[Said]


def held(name: str) -> bool:
    """Whether a report is of the half that is measured."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 1


def radlabels(root: Path) -> Iterator[Report]:
    """The reports with their labels. A label of emphysema on words of subcutaneous emphysema is none: it is left out."""
    labels = json.loads((root / "synthetic_labels.json").read_text(encoding="utf-8"))
    matches = json.loads((root / "synthetic_matches.json").read_text(encoding="utf-8"))
    for name in sorted(labels):
        text = (root / "synthetic_reports" / f"{name}.txt").read_text(encoding="utf-8")
        places = spans(name, text, matches[name]["text"].split())
        said = [
            Said(one["disease"], places[min(one["start_ix"])][0], places[max(one["start_ix"])][1], STATES[one["label"]])
            for one in matches[name]["matches"]
        ]
        other = [one for one in said if one.finding == "subcutaneous_emphysema"]
        kept = [one for one in said if one.finding != "emphysema" or not any(_over(one, each) for each in other)]
        found = {one.finding for one in kept}
        yield Report(name, text, {key: STATES[v] for key, v in labels[name].items() if key in found}, kept)


def _over(one: Said, other: Said) -> bool:
    return one.start < other.end and other.start < one.end


def read(text: str) -> list[ConceptSpan]:
    """The mentions of a report, section by section; spans are of the report."""
    found = []
    at = 0
    for passage in sections(text, "study"):
        at = text.index(passage.text, at)
        for one in linked(passage.text, passage.heading, space(), chest=True):
            found.append(one.model_copy(update={"span": (at + one.span[0], at + one.span[1])}))
        at += len(passage.text)
    return found


def ours(text: str, names: dict[str, str]) -> list[Said]:
    """What we read in a report, by the names of radlabels."""
    found = []
    slugs = space().slugs
    for one in read(text):
        slug = slugs[one.concept.label]
        name = SAME.get(slug) or names.get(slug)
        if name is None or one.state is None:
            continue
        start, end = one.span
        every = {name, IMPLIED.get(name, name)} if slug not in SAME else {name}
        if "opacit" in text[start:end].lower():
            near = OF_LUNG.search(text[max(0, start - NEAR) : end + NEAR])
            every = every | {"lung_opacity"} if near else every - {"lung_opacity"}
        found += [Said(each, start, end, one.state) for each in sorted(every)]
    return found


def scores(right: int, found: int, wanted: int) -> tuple[float, float, float]:
    """Precision, recall, F1."""
    p, r = right / found if found else 0.0, right / wanted if wanted else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def findings(reports: list[Report], names: dict[str, str], state: str | None) -> tuple[int, int, int, Counter[Any]]:
    """Findings of reports that are named (or so meant, in one place at least): right, found, wanted; and the misses."""
    right = found = wanted = 0
    missed: Counter[Any] = Counter()
    for report in reports:
        told = {one.finding for one in ours(report.text, names) if state in (None, one.state)}
        truth = {one.finding for one in report.said if state in (None, one.state)}
        right, found, wanted = right + len(told & truth), found + len(told), wanted + len(truth)
        missed.update(("missed", one) for one in truth - told)
        missed.update(("made up", one) for one in told - truth)
    return right, found, wanted, missed


Reader = Callable[[Report], list[str]]


def by_ours(names: dict[str, str]) -> Reader:
    """The state that we give the words of each label; "present" where we read nothing in them."""

    def read_one(report: Report) -> list[str]:
        told = ours(report.text, names)
        return [_state(one, told) for one in report.said]

    return read_one


def _state(one: Said, told: list[Said]) -> str:
    over = [each for each in told if _over(one, each)]
    same = [each for each in over if each.finding == one.finding] or over
    return same[-1].state if same else "present"


def by_spacy(component: str) -> Reader | None:
    """The same by a component of spaCy; None where it is not installed."""
    try:
        import spacy

        if component == "negex":
            import negspacy.negation  # noqa: F401  (registers itself)
        else:
            import medspacy.context  # noqa: F401
    except ImportError:
        return None
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe(component)

    def read_one(report: Report) -> list[str]:
        return [_judged(nlp, component, report.text, one) for one in report.said]

    return read_one


def _judged(nlp: Any, component: str, text: str, one: Said) -> str:
    """What the component says of one span of a report: an entity of its own, as spans of labels overlap."""
    doc = nlp.get_pipe("sentencizer")(nlp.make_doc(" ".join(text.split("\n"))))
    span = doc.char_span(one.start, one.end, label="FINDING", alignment_mode="expand")
    doc.set_ents([span])
    entity = nlp.get_pipe(component)(doc).ents[0]
    if component == "negex":
        return "absent" if entity._.negex else "present"
    if entity._.is_negated:
        return "absent"
    return "uncertain" if entity._.is_uncertain else "present"


def states(reports: Iterable[Report], reader: Reader) -> dict[str, tuple[float, float, float]]:
    """State -> precision, recall, F1 over the words of all labels."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for report in reports:
        for one, state in zip(report.said, reader(report), strict=True):
            found[state] += 1
            wanted[one.state] += 1
            right[state] += state == one.state
    return {state: scores(right[state], found[state], wanted[state]) for state in ("absent", "uncertain")}


def by_hand(reports: Iterable[Report], reader: Callable[[str, int, int], tuple[str, str | None]]) -> dict[str, Any]:
    """The spans of report_labels.yaml: denied and left open (precision, recall, F1), and the share of right sides."""
    rows = yaml.safe_load((Path(__file__).parent / "report_labels.yaml").read_text(encoding="utf-8"))
    texts = {one.name: one.text for one in reports}
    pairs, sides = [], []
    for row in rows:
        state, side = reader(texts[row["report"]], *row["span"])
        pairs += [(state, row["state"])] if "state" in row else []
        sides += [(side or "none") == row["side"]] if "side" in row else []
    found: dict[str, Any] = {
        name: scores(sum(a == b == name for a, b in pairs), sum(a == name for a, _ in pairs), sum(b == name for _, b in pairs))
        for name in ("absent", "uncertain")
    }  # fmt: skip
    return found | {"side": sum(sides) / len(sides), "spans": len(rows)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path, default=ROOT / "data/raw")
    parser.add_argument("--indiana", type=Path)
    parser.add_argument("--tune", action="store_true", help="the half that the rules were written on, with the misses")
    given = parser.parse_args()
    card = read_card(ROOT / "catalog/datasets/radlabels_reports.yaml")
    names = {slug: name for name, slug in card.layout.labels.items() if slug}
    reports = [one for one in radlabels(given.raw / "radlabels_reports") if held(one.name) != given.tune]
    table = Table("radlabels", "reader", "precision", "recall", "F1", title=f"{len(reports)} reports")
    for title, state in (("findings named", None), ("findings present", "present")):
        right, found, wanted, missed = findings(reports, names, state)
        table.add_row(title, "Triptych", *(f"{one:.3f}" for one in scores(right, found, wanted)))
        if given.tune and state is None:
            print(missed.most_common(40))
    readers = {"Triptych": by_ours(names), "medspaCy ConText": by_spacy("medspacy_context"), "negspacy": by_spacy("negex")}
    for name, reader in readers.items():
        for state, one in states(reports, reader).items() if reader else ():
            table.add_row({"absent": "denied", "uncertain": "left open"}[state], name, *(f"{x:.3f}" for x in one))
    Console().print(table)


if __name__ == "__main__":
    main()

"""Findings, denial, doubt and sides read from chest reports, against labels that others made.

`python -m benchmarks.reports [--raw DIR] [--indiana NLMCXR_reports.tgz] [--tune]`:
- radlabels: 1,000 synthetic reports with findings and the words that say so, labelled by RadGraph and phrases.
  Half of them (a hash of the name) was read while the rules were written; the other half is measured (`--tune`: the
  first). 140 spans of it were read by hand as well (report_labels.yaml): radlabels calls much of what is left open
  present.
- the same words, given to negspacy and to medspaCy's ConText (an environment with both; without, they are left out).
- Indiana: reports with MeSH headings by people, which name findings and sides (in the wheel of torchxrayvision 1.5.7).
"""

import argparse
import hashlib
import importlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from rich.console import Console
from rich.table import Table

from benchmarks.claims_suite.declared import ROOT, space
from benchmarks.indiana import indiana, of_indiana
from catalog.load import read_card
from connectors.readers.text_reports import spans
from schemas.text import ConceptSpan
from transforms.text.linked import linked
from transforms.text.source_texts import sections

STATES = {"definitely present": "present", "definitely absent": "absent", "uncertain": "uncertain"}
IMPLIED = {
    "pulmonary_edema": "pulmonary_congestion_pulmonary_venous_congestion", "pneumonia": "air_space_opacity",
    "consolidation": "air_space_opacity", "infiltration": "air_space_opacity",
    "lobar_segmental_collapse": "atelectasis",
    "whole_lung_or_majority_collapse": "atelectasis", "lung_lesion": "lung_nodule_or_mass",
    "acute_rib_fracture": "fracture_generic", "non_acute_rib_fracture": "fracture_generic",
}  # fmt: skip
"""What radlabels calls by a second name as well, because both have the phrase in their lists."""
SAME = {
    "lung_infection": "pneumonia", "aspiration_pneumonia": "pneumonia", "rib_fracture": "fracture_generic",
    "clavicle_fracture": "fracture_generic", "humerus_fracture": "fracture_generic",
    "vertebral_fracture": "fracture_generic", "displaced_rib_fracture": "acute_rib_fracture",
    "nondisplaced_rib_fracture": "acute_rib_fracture", "pulmonary_nodule": "lung_nodule_or_mass",
    "hydropneumothorax": "pneumothorax", "apical_pleural_thickening": "pleural_thickening",
    "reservoir_central_venous_catheter": "central_venous_catheter",
    "pleural_calcification": "pleural_other", "pleural_abnormality": "pleural_other",
}  # fmt: skip
"""Concepts of ours that the list of radlabels does not tell apart."""
OF_LUNG = re.compile(r"\b(?:lungs?|pulmonary|parenchymal|patchy|focal|diffuse)\b", re.IGNORECASE)
"""An opacity is one of the lung in radlabels where one of these words belongs to it."""

OF_A_SIZE = re.compile(r"\bno\s+(?:definite\s+)?(?:large|new)\b[^.]*$", re.IGNORECASE)
"""Up to a finding that is denied of a size or an age alone: radlabels calls it absent, we give it no state."""

NEAR = 40
MODULES = {"negex": "negspacy.negation", "medspacy_context": "medspacy.context"}


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
    """The reports with their labels, but for emphysema on words of subcutaneous emphysema, which is none."""
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
        for one in linked(passage.text, passage.kind, space(), chest=True):
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


Reader = Callable[[str, Sequence[tuple[int, int]]], list[tuple[str, str | None]]]
"""(state, side) of each span of a text; "present" where nothing is read in it."""


def by_ours(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[str, str | None]]:
    return _by_ours(text, places, in_part=False)


def in_part(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[str, str | None]]:
    """As `by_ours`, but for what is denied of a size or an onset alone, whose words deny as well."""
    return _by_ours(text, places, in_part=True)


def _by_ours(text: str, places: Sequence[tuple[int, int]], *, in_part: bool) -> list[tuple[str, str | None]]:
    told = [one for one in read(text) if one.state is not None or (in_part and one.denied is not None)]
    over = [[one for one in told if one.span[0] < end and start < one.span[1]] for start, end in places]
    meant = [one[-1] if one else None for one in over]
    return [(one.state or "absent", one.side) if one is not None else ("present", None) for one in meant]


def by_spacy(component: str) -> Reader | None:
    """A component of spaCy that finds denial (and doubt); None where it is not installed."""
    try:
        spacy = importlib.import_module("spacy")
        importlib.import_module(MODULES[component])
    except ImportError:
        return None
    nlp = spacy.blank("en")
    split, judge = nlp.add_pipe("sentencizer"), nlp.add_pipe(component)

    def read_spans(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[str, str | None]]:
        """Each span as the one entity of the text, as spans of labels overlap."""
        found: list[tuple[str, str | None]] = []
        for start, end in places:
            doc = split(nlp.make_doc(text.replace("\n", " ")))
            doc.set_ents([doc.char_span(start, end, label="FINDING", alignment_mode="expand")])
            told = judge(doc).ents[0]._
            denied = told.negex if component == "negex" else told.is_negated
            open_ = component != "negex" and (told.is_uncertain or told.is_hypothetical)
            found.append(("absent" if denied else "uncertain" if open_ else "present", None))
        return found

    return read_spans


def states(pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[float, float, float]]:
    """(state told, true state) -> precision, recall, F1 of what is denied and of what is left open."""
    found = {}
    for state in ("absent", "uncertain"):
        right = sum(told == true == state for told, true in pairs)
        told_n, true_n = sum(told == state for told, _ in pairs), sum(true == state for _, true in pairs)
        found[state] = scores(right, told_n, true_n)
    return found


def of_labels(reports: Iterable[Report], reader: Reader, sized: bool = True) -> list[tuple[str, str]]:
    """(state told, state of radlabels) over the words of all labels.
    `sized`: False leaves out what is denied of a size."""
    pairs = []
    for report in reports:
        said = [one for one in report.said if sized or not OF_A_SIZE.search(report.text[: one.end])]
        told = reader(report.text, [(one.start, one.end) for one in said])
        pairs += [(state, one.state) for (state, _), one in zip(told, said, strict=True)]
    return pairs


def by_hand(reports: Iterable[Report], reader: Reader) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(told, true) of the states and of the sides of report_labels.yaml."""
    rows = yaml.safe_load((Path(__file__).parent / "report_labels.yaml").read_text(encoding="utf-8"))
    texts = {one.name: one.text for one in reports}
    meant, sides = [], []
    for row in rows if rows[0]["report"] in texts else ():
        state, side = reader(texts[row["report"]], [tuple(row["span"])])[0]
        meant += [(state, row["state"])] if "state" in row else []
        sides += [(side or "none", row["side"])] if "side" in row else []
    return meant, sides


TITLES = {"absent": "denied", "uncertain": "left open"}


def rows_of(name: str, part: str, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    for state, one in states(pairs).items() if pairs else ():
        yield (f"{TITLES[state]}, {part}", name, *(f"{number:.3f}" for number in one))


def sided(pairs: Sequence[tuple[str, str]]) -> tuple[float, float, float]:
    """(side told, true side), "none" where there is none -> precision, recall, F1 of the sides that are told."""
    right = sum(told == true != "none" for told, true in pairs)
    return scores(right, sum(told != "none" for told, _ in pairs), sum(true != "none" for _, true in pairs))


def numbers(found: Iterable[float]) -> Iterator[str]:
    return (f"{one:.3f}" for one in found)


def compared(reports: Sequence[Report]) -> Iterator[tuple[str, ...]]:
    """The rows of what is denied, left open and on which side, by each reader."""
    readers = {
        "Triptych": by_ours,
        "Triptych, or in part": in_part,
        "medspaCy ConText": by_spacy("medspacy_context"),
        "negspacy": by_spacy("negex"),
    }
    for name, reader in readers.items():
        if reader is None:
            print(f"{name}: not installed, left out")
            continue
        meant, sides = by_hand(reports, reader)
        yield from rows_of(name, "radlabels", of_labels(reports, reader))
        yield from rows_of(name, 'radlabels but "no large"', of_labels(reports, reader, sized=False))
        yield from rows_of(name, "by hand", meant)
        if any(told != "none" for told, _ in sides):
            yield (f"side of {len(sides)} spans, by hand", name, *numbers(sided(sides)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path, default=ROOT / "data/raw")
    parser.add_argument("--indiana", type=Path, help="NLMCXR_reports.tgz of torchxrayvision 1.5.7")
    parser.add_argument("--tune", action="store_true", help="the half that the rules were written on, with the misses")
    given = parser.parse_args()
    card = read_card(ROOT / "catalog/datasets/radlabels_reports.yaml")
    names = {slug: name for name, slug in card.layout.labels.items() if slug}
    reports = [one for one in radlabels(given.raw / "radlabels_reports") if held(one.name) != given.tune]
    table = Table("radlabels", "reader", "precision", "recall", "F1", title=f"{len(reports)} reports")
    for title, state in (("findings", None), ("findings present", "present")):
        right, found, wanted, missed = findings(reports, names, state)
        table.add_row(title, "Triptych", *numbers(scores(right, found, wanted)))
        if given.tune and state is None:
            print(missed.most_common(40))
    for row in compared(reports):
        table.add_row(*row)
    if given.indiana is None:
        print("Indiana: left out; --indiana NLMCXR_reports.tgz")
    else:
        coded = [one for name, one in indiana(given.indiana) if held(name) != given.tune]
        (right, found, wanted), sides = of_indiana(coded)
        title = f"MeSH headings of {len(coded)} Indiana reports"
        table.add_row(title, "Triptych", *numbers(scores(right, found, wanted)))
        table.add_row(f"side of {len(sides)} headings", "Triptych", *numbers(sided(sides)))
    Console(width=110).print(table)


if __name__ == "__main__":
    main()

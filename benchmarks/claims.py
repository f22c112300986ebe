"""The claim check on sentences of known truth, and its speed.

`python -m benchmarks.claims [--json] [--rows]` judges the rows of `benchmarks/claims_suite/`, which were written
without knowledge of the check, and prints for each kind, and for both halves, how many were contradicted, supported and
uncheckable; then the same of 300 sentences that a small language model wrote (`claims_suite/model/`). Of a sentence the
worst verdict of its assertions counts. A table by author of the open half tells how far the check carries: what nobody
has worked on since it joined is worth most. The sealed half is run only to measure: `--rows`
lists what the check got wrong of the open half alone. Then: statements a second, on these foreign sentences and on
texts that the grounded backend wrote of the same samples, and how much memory twenty thousand more leave behind.
"""

import argparse
import json
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from rich.console import Console
from rich.table import Table

from benchmarks.claims_suite.declared import space
from benchmarks.claims_suite.load import Half, Row, contexts, rows
from benchmarks.claims_suite.rewritten import Rewritten
from benchmarks.claims_suite.rewritten import rows as sentences
from benchmarks.claims_suite.rewritten import samples as written_of
from schemas import Sample
from transforms.checks.claims import ClaimVerdict, check
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.samples import texts, verdicts
from transforms.text import describe

ANSWERS = ("contradicted", "supported", "uncheckable")
LOOPS = 20_000
SEEDS = 8


def outcome(found: Iterable[ClaimVerdict]) -> str:
    """The verdict on a sentence: its worst assertion's. Nothing asserted is nothing supported."""
    answers = {one.verdict for one in found}
    worst = next((answer for answer in ("contradicted", "uncheckable") if answer in answers), None)
    return worst or ("supported" if answers else "uncheckable")


def judged(half: Half, samples: Mapping[str, Sample]) -> list[tuple[Row, str, list[ClaimVerdict]]]:
    """Each row of a half with the verdict on it and those on its assertions."""
    known = {name: Evidence(sample, space()) for name, sample in samples.items()}
    found = []
    for row in rows(half):
        one = check(row.text, samples[row.context], space(), known=known[row.context])
        found.append((row, outcome(one), one))
    return found


def shares(found: Sequence[tuple[Row | Rewritten, str, list[ClaimVerdict]]]) -> dict[str, dict[str, float]]:
    """Truth -> answer -> share of the rows, in percent; with "rows", how many there are."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row, answer, _ in found:
        counts[row.truth][answer] += 1
    return {
        truth: {"rows": total, **{answer: 100 * one[answer] / total for answer in ANSWERS}}
        for truth, one in sorted(counts.items()) if (total := one.total())
    }  # fmt: skip


def by_kind(found: list[tuple[Row, str, list[ClaimVerdict]]]) -> dict[str, dict[str, Counter[str]]]:
    """Kind -> truth -> answer -> rows."""
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row, answer, _ in found:
        counts[row.kind][row.truth][answer] += 1
    return counts


def by_author(found: Sequence[tuple[Row, str, list[ClaimVerdict]]]) -> dict[str, dict[str, dict[str, float]]]:
    """Author -> truth -> answer -> share, as `shares` has it. "first": the two who wrote about the first contexts."""
    parts: dict[str, list[tuple[Row, str, list[ClaimVerdict]]]] = defaultdict(list)
    for one in found:
        set_of, rest = one[0].context.partition("_")[::2]
        parts[set_of if rest else "first"].append(one)
    return {author: shares(parts[author]) for author in sorted(parts, key=lambda name: (name != "first", name))}


def classed(found: list[tuple[Row, str, list[ClaimVerdict]]]) -> float:
    """Of the planted errors that are contradicted, the share whose class is the one that was planted, in percent."""
    right = [row.wrong in {one.error for one in claims} for row, answer, claims in found
             if row.wrong and answer == "contradicted"]  # fmt: skip
    return 100 * sum(right) / len(right) if right else 0.0


def speed(samples: Mapping[str, Sample]) -> dict[str, float]:
    """Statements a second on one core, of the open half's samples: foreign sentences, never read before; texts of ours,
    whose claims are known."""
    foreign = rows("open")
    samples = {name: samples[name] for name in sorted({row.context for row in foreign})}
    known = {name: Evidence(sample, space()) for name, sample in samples.items()}
    start = time.perf_counter()
    count = sum(len(check(row.text, samples[row.context], space(), known=known[row.context])) for row in foreign)
    found = {"foreign": count / (time.perf_counter() - start), "sentences": len(foreign)}
    count, spent = 0, 0.0
    for sample in samples.values():
        for seed in range(SEEDS):
            description = describe(sample, space(), "grounded", {}, seed)
            count += sum(len(text.claims) for _, _, text in texts(description, ()))
            start = time.perf_counter()
            list(verdicts(sample, description, (), space()))
            spent += time.perf_counter() - start
    return found | {"own": count / spent}


def growth(samples: Mapping[str, Sample]) -> float:
    """MiB that the process has grown by over LOOPS sentences, each of other words, after the first tenth of them."""
    first = next(iter(samples.values()))
    known = Evidence(first, space())
    before = 0
    for number in range(LOOPS):
        check(f"The finding measures {number} mm in the scan.", first, space(), known=known)
        if number == LOOPS // 10:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def of_model() -> list[tuple[Rewritten, str, list[ClaimVerdict]]]:
    """Sentences of a language model (claims_suite/model) with the verdict on each, as rows of a half are."""
    samples = written_of()
    known = {name: Evidence(sample, space()) for name, sample in samples.items()}
    found = []
    for row in sentences():
        one = check(row.text, samples[row.context], space(), row.region, known[row.context])
        found.append((row, outcome(one), one))
    return found


def tables(halves: Mapping[Half, list[tuple[Row, str, list[ClaimVerdict]]]]) -> Iterable[Table]:
    """All rows by truth, then the planted errors and the true sentences by kind; of both halves."""
    total = Table("half", "truth", "rows", *ANSWERS, title="all kinds, in percent")
    for half, found in halves.items():
        for truth, one in shares(found).items():
            total.add_row(half, truth, str(int(one["rows"])), *(f"{one[answer]:.1f}" for answer in ANSWERS))
    yield total
    authors = Table("author", "truth", "rows", *ANSWERS, title="the open half by author, in percent")
    for author, told in by_author(halves["open"]).items():
        for truth, one in told.items():
            authors.add_row(author, truth, str(int(one["rows"])), *(f"{one[answer]:.1f}" for answer in ANSWERS))
    yield authors
    kinds = {half: by_kind(found) for half, found in halves.items()}
    for truth in ("false", "true", "unannotated"):
        table = Table(
            "kind", *(f"{half} {answer}" for half in halves for answer in ANSWERS), title=f"{truth} sentences"
        )
        for kind in sorted({kind for one in kinds.values() for kind in one if truth in one[kind]}):
            table.add_row(kind, *(str(one[kind][truth][answer]) for one in kinds.values() for answer in ANSWERS))
        yield table


def model_table(found: Sequence[tuple[Rewritten, str, list[ClaimVerdict]]]) -> Table:
    """What the check made of a language model's sentences, in percent."""
    table = Table("truth", "rows", *ANSWERS, title="sentences of a language model, in percent")
    for truth, one in shares(found).items():
        table.add_row(truth, str(int(one["rows"])), *(f"{one[answer]:.1f}" for answer in ANSWERS))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rows", action="store_true", help="list the rows of the open half that were judged wrong")
    given = parser.parse_args()
    samples = contexts()
    halves = {half: judged(half, samples) for half in get_args(Half)}
    model = of_model()
    timed = speed(samples) | {"grown_mib": growth(samples)}
    if given.json:
        out: dict[str, Any] = {half: shares(found) for half, found in halves.items()}
        out["model"] = shares(model)
        print(json.dumps(out | {"speed": timed, "classed": {half: classed(one) for half, one in halves.items()}}))
        return
    console = Console()
    for table in (*tables(halves), model_table(model)):
        console.print(table)
    if given.rows:
        right = {"true": "supported", "false": "contradicted", "unannotated": "uncheckable"}
        for row, answer, claims in halves["open"]:
            if right[row.truth] != answer:
                said = "; ".join(f"{one.text!r} {one.kind} {one.verdict}: {one.reason}" for one in claims)
                print(f"{row.context} {row.truth} -> {answer} [{row.kind}] {row.text}\n    {said}")
    for half, found in halves.items():
        if found:  # the sealed half may be waiting to be written
            print(f"{half}: of the contradicted errors {classed(found):.1f} % are put in the class that was planted")
    print(f"statements a second on one core: {timed['foreign']:,.0f} on foreign text, {timed['own']:,.0f} on our own")
    print(f"memory: {timed['grown_mib']:.1f} MiB more after {LOOPS:,} sentences")


if __name__ == "__main__":
    main()

"""The outcome of a comparison with a test set, put down beside the corpus that was compared."""

from pathlib import Path

import catalog
from pipelines.leaks.check import Leaks, given_as
from schemas.leaks import Compared, beside, comparisons
from transforms.shards.manifest import NAME as MANIFEST
from transforms.shards.tar import sha256_file


def put_down(leaks: Leaks) -> Path | None:
    """Where it was put down; None where the two are not a corpus and a copy of a test set. What was put down of the
    same test set and split before is replaced."""
    one, other = given_as(leaks.one.name), given_as(leaks.other.name)
    corpus, test = (one, other) if not one.name else (other, one)
    if corpus.name or test.name not in catalog.benchmarks() or not (corpus.root / MANIFEST).is_file():
        return None
    known = comparisons(corpus.root, sha256_file(corpus.root / MANIFEST))
    row = Compared(
        test_set=test.name, split=corpus.split, people=len(leaks.people), files=len(leaks.files),
        pairs=len(leaks.pairs), questions=len(leaks.asked), refused=len(leaks.one.refused) + len(leaks.other.refused),
    )  # fmt: skip
    rows = {(old.test_set, old.split or ""): old for old in (*known.compared, row)}
    path = beside(corpus.root)
    told = known.model_copy(update={"compared": tuple(rows[key] for key in sorted(rows))})
    path.write_text(told.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return path

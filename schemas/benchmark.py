"""A published test set that must stay out of training data, and how a copy at hand is read to be compared."""

from pydantic import Field

from schemas.base import Model
from schemas.card import Slug


class Benchmark(Model):
    """One file of catalog/benchmarks/.

    `dataset`: the card by which a copy is read; None where no card says how: then pictures and volumes are found by
    their file names alone, and questions are not read. `split`: that of the card's records whose items are the test
    set; None where all are, or where the set keeps it by question. `questions`: field of a question -> glob that its
    value has in the test set (`phrase: "test_*"`). `test`: in words, what the test items are and how many. `licence`: a
    note on the terms of the copy, none of which is passed on. `evidence`: where this was read.
    """

    id: Slug
    name: str
    homepage: str = Field(pattern=r"^https?://")
    licence: str
    test: str
    dataset: Slug | None = None
    split: str | None = None
    questions: dict[str, str] = {}
    evidence: str

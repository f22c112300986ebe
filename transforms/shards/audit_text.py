"""What a published sample says, against itself: claims, items and references, without its pixels."""

from collections import Counter
from collections.abc import Iterator

from schemas import Claim, Sample
from transforms.tasks.scoring import score


def claim_count(sample: Sample) -> int:
    """How many claims there are to look at."""
    return sum(len(claims) for _, _, claims in _texts(sample))


def claims(sample: Sample) -> Iterator[str]:
    """Each claim lies in its text and is of a fact of the sample."""
    facts = {fact.id for fact in sample.facts}
    for where, text, claims in _texts(sample):
        for claim in claims:
            start, end = claim.span
            if not 0 <= start < end <= len(text):
                yield f"{where}: claim [{start}, {end}) leaves the text of {len(text)} characters"
            if claim.fact not in facts:
                yield f"{where}: claim on {claim.fact}, which is not a fact of the sample"


def items(sample: Sample) -> Iterator[str]:
    """Each question's check finds its own answer right."""
    for dialogue in sample.dialogues:
        if dialogue.check is None:  # of a corpus from before there were any
            continue
        try:
            found = score(dialogue.check, dialogue.answer, dialogue.choices)
        except ValueError as error:
            yield f"{dialogue.id}: {error}"
            continue
        if not found.right:
            yield f"{dialogue.id}: its own answer {dialogue.answer!r} does not pass its check: {found.reason}"


def references(sample: Sample) -> Iterator[str]:
    """Facts, texts and dialogues name only what the sample has, and each id is given once."""
    regions, facts = {region.id for region in sample.regions}, {fact.id for fact in sample.facts}
    for what, ids in (("fact", [f.id for f in sample.facts]), ("dialogue", [d.id for d in sample.dialogues])):
        yield from (f"{what} {name} comes twice" for name, number in Counter(ids).items() if number > 1)
    named = [(fact.id, fact.regions, regions) for fact in sample.facts]
    named += [("description", (text.region,), regions) for text in sample.description.regions]
    for dialogue in sample.dialogues:
        named += [(dialogue.id, dialogue.regions, regions), (dialogue.id, dialogue.facts, facts)]
        if dialogue.choices is not None and dialogue.answer not in dialogue.choices:
            yield f"{dialogue.id}: the answer {dialogue.answer!r} is none of its choices"
    for where, names, known in named:
        yield from (f"{where}: names {name}, which the sample does not have" for name in names if name not in known)


def _texts(sample: Sample) -> Iterator[tuple[str, str, tuple[Claim, ...]]]:
    """(where, text, claims) of every text of the sample."""
    description = sample.description
    yield "description", description.overall.text, description.overall.claims
    yield from ((f"description of {one.media}", one.text, one.claims) for one in description.media)
    yield from ((f"description of {text.region}", text.text, text.claims) for text in description.regions)
    yield from ((f"relation {n}", text.text, text.claims) for n, text in enumerate(description.relations, 1))
    yield from ((f"model's text {n}", text.text, text.claims) for n, text in enumerate(description.written, 1))
    yield from ((f"source text {n}", text.text, text.claims) for n, text in enumerate(description.source, 1))
    for dialogue in sample.dialogues:
        yield from ((f"{dialogue.id} turn {n}", turn.text, turn.claims) for n, turn in enumerate(dialogue.turns, 1))
        if dialogue.prose is not None:
            yield f"{dialogue.id} prose", dialogue.prose.text, dialogue.prose.claims

"""A source's words in one published sample: reports by section, sentences and their regions, no lone comparison."""

from collections.abc import Iterator

from schemas import Sample
from schemas.dialogue import WRITING
from transforms.text.comparing import needs_prior
from transforms.text.reports import is_prior, reports


def problems(sample: Sample) -> Iterator[str]:
    """What is wrong with the sections of its reports, and with what each of their sentences is said to speak of."""
    description, group = sample.description, sample.group
    if description.reports != reports(description.source, group):
        yield "description.reports: its sections are not those of description.source"
    texts = {text.text for text in description.source}
    for dialogue in sample.dialogues:
        if dialogue.task == WRITING and not {dialogue.answer, dialogue.turns[-1].text} <= texts:
            yield f"dialogues.{dialogue.id}: its answer is none of description.source"
    on = {region.id: region.medium for region in sample.regions}
    regions = {fact.id: set(fact.regions) for fact in sample.facts}
    for n, text in enumerate(description.source):
        where = f"description.source.{n}"
        if unknown := set(text.media) - {str(member.media) for member in (group.shown if group else ())}:
            yield f"{where}: is of {min(unknown)}, which the sample does not show"
        seen, alone = 0, group is None or not group.earlier or is_prior(text, group)
        for sentence in text.sentences:
            start, end = sentence.span
            if not seen <= start < end <= len(text.text):
                yield f"{where}: a sentence at {start} to {end} of {len(text.text)} characters, after {seen}"
                break
            seen = end
            said = [claim.fact for claim in text.claims if start <= claim.span[0] and claim.span[1] <= end]
            borne = set().union(*(regions.get(name, set()) for name in said))
            if not set(sentence.regions) <= borne & on.keys():
                yield f"{where}: a sentence names {', '.join(sentence.regions)}, and no claim in it is of these"
            if alone and needs_prior(text.kind, text.text[start:end], sample):
                yield f"{where}: {text.text[start:end]!r} compares with a study that the sample does not show"

"""Reports as text files, with a JSON of findings per report and a JSON of the tokens that say so.

`labels`: {report: {finding: state}}. `matches`: {report: {"text": the tokens, joined by spaces, "matches": [{"disease",
"alias", "label": state, "start_ix": [token, ...]}]}}. The tokens are the report's own characters, spaced
otherwise. Where a report breaks off within a sentence, that sentence is left out, with what is said in it alone.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from connectors import base, file_rules
from connectors.base import Found, Item, LayoutError, Unreadable
from raw import markup, streams
from schemas import DatasetCard, Fact, Geometry, LabelSpace, Notice, Presence, Record, Region, SourceFile, SpanShape

VERSION = "2"
State = Literal["present", "absent", "uncertain"]
SENTENCE_END = re.compile(r"(?<!\s\d)(?<!\s\d\d)(?<!Dr)[.!?][\"')]*(?=\s|$)")
"""Not of an item's number, nor of a heading."""
STATES: dict[str, State] = {"definitely present": "present", "definitely absent": "absent", "uncertain": "uncertain"}


class Options(file_rules.FileRules):
    """`files`: globs of the reports. `labels`, `matches`: the two JSON files, keyed by the reports' stems."""

    files: tuple[str, ...]
    labels: str
    matches: str


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    options = base.options(card, Options)
    for uri in base.files(root, options.files):
        yield base.item(root, card.id, uri, [options.labels, options.matches])


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    """The report's record, its findings as facts on spans, then the spans. A fact's `regions` are region keys."""
    options = base.options(card, Options)
    sources = tuple(base.source_file(root, uri) for uri in (item.uri, *item.group))
    text = _text(root, item.uri)
    end = whole(text)
    name = file_rules.stem(item.uri)
    states, evidence = _entry(root, sources[1], name), _entry(root, sources[2], name)
    tokens = spans(item.uri, text, evidence["text"].split())
    placed = [(match, *_place(item.uri, match, tokens)) for match in evidence["matches"]]
    kept = [one for one in placed if one[2] <= end]
    lost = {one[0]["disease"] for one in placed} - {one[0]["disease"] for one in kept}
    told = {label: state for label, state in states.items() if label not in lost}
    draft = _record(card, space, options, sources, item.uri, text[:end], _presence(card, space, item.uri, told))
    regions = list(_regions(card, space, options, item.uri, draft, kept))
    facts = tuple(
        Fact(
            id=f"f{number}", predicate="finding", regions=(region.key,), value=region.meta["state"],
            concept=region.concept, scope="record", source=options.made_by.name,
        )
        for number, region in enumerate(regions, start=1)
    )  # fmt: skip
    yield draft.model_copy(update={"facts": facts})
    yield from regions
    if end < len(text):
        reason = "breaks off within a sentence, which is left out" + (
            f", with {', '.join(sorted(lost))}" if lost else ""
        )
        yield Notice(kind="text", uri=item.uri, item=text[end:].strip(), reason=reason, record=draft.key)


def whole(text: str) -> int:
    """Where the last whole sentence ends; all of a text that ends with one, or that has none."""
    ends = [one.end() for one in SENTENCE_END.finditer(text)]
    return len(text) if not ends or not text[ends[-1] :].strip() else ends[-1]


def _record(
    card: DatasetCard, space: LabelSpace, options: Options, sources: tuple[SourceFile, ...], uri: str, text: str,
    presence: tuple[Presence, ...],
) -> Record:  # fmt: skip
    return Record(
        key=base.record_key(card, space, VERSION, sources, uri), dataset=card.id, kind="document", decoder="text",
        sources=sources, geometry=Geometry(shape=(len(text),)), modality=file_rules.modality(card, space, options, uri),
        subject=base.subject(card, file_rules.first(options.subject, uri) or file_rules.stem(uri)),
        anatomy=file_rules.anatomy(card, space, options, uri), presence=presence, text=text,
    )  # fmt: skip


def _presence(card: DatasetCard, space: LabelSpace, uri: str, states: dict[str, str]) -> tuple[Presence, ...]:
    """What the report as a whole says."""
    found = []
    for label in sorted(states):
        slug, state = _slug(card, label), _state(uri, states[label])
        if slug is not None:
            found.append(Presence(concept=space.concept(slug), state=state, level="document"))
    return tuple(found)


def _regions(
    card: DatasetCard, space: LabelSpace, options: Options, uri: str, record: Record,
    placed: list[tuple[dict[str, Any], int, int]],
) -> Iterator[Region]:  # fmt: skip
    """One span per match."""
    seen = set()
    for match, start, end in placed:
        label, state = match["disease"], _state(uri, match["label"])
        slug = _slug(card, label)
        if slug is None:
            continue
        if (label, state, start, end) in seen:
            continue  # two phrases for one finding on the same words
        seen.add((label, state, start, end))
        shape = SpanShape(start=start, end=end, unit="char")
        yield base.region(
            record, space, slug, label, shape, options.made_by, meta={"alias": match["alias"], "state": state}
        )


def _place(uri: str, match: dict[str, Any], tokens: list[tuple[int, int]]) -> tuple[int, int]:
    """From the first token of a match to its last."""
    try:
        return tokens[min(match["start_ix"])][0], tokens[max(match["start_ix"])][1]
    except (IndexError, ValueError) as error:
        label, at = match["disease"], match["start_ix"]
        raise Unreadable(uri, f"a match of {label} points at tokens {at}, which are not there") from error


def spans(uri: str, text: str, tokens: list[str]) -> list[tuple[int, int]]:
    """Where each token lies in the text, half-open. Raises Unreadable when the tokens are not the text's own."""
    found, at = [], 0
    for token in tokens:
        start = end = -1
        for character in token:
            while at < len(text) and text[at].isspace():
                at += 1
            if at >= len(text) or text[at] != character:
                raise Unreadable(uri, f"the tokens of the matches leave the report's text at character {at}")
            start = at if start < 0 else start
            at += 1
            end = at
        found.append((start, end))
    return found


def _slug(card: DatasetCard, label: str) -> str | None:
    if label not in card.layout.labels:
        raise LayoutError(
            card.id, f"layout.labels.{label}", "is not there; map it to a concept, or null it and say why"
        )
    return card.layout.labels[label]


def _state(uri: str, state: str) -> State:
    if state not in STATES:
        raise Unreadable(uri, f"state {state!r} is not one of {', '.join(STATES)}")
    return STATES[state]


def _text(root: Path, uri: str) -> str:
    try:
        with base.open_file(root, uri) as file:
            return streams.all_of(uri, file).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(uri, f"not UTF-8 text (byte {error.start})") from error


def _entry(root: Path, source: SourceFile, name: str) -> dict[str, Any]:
    table = _table(root, source.uri, source.sha256)
    if name not in table:
        raise Unreadable(source.uri, f"has no entry for report {name!r}")
    entry: dict[str, Any] = table[name]
    return entry


@lru_cache(maxsize=8)
def _table(root: Path, uri: str, sha256: str) -> dict[str, Any]:
    """A JSON object, parsed once for all the reports. `sha256` makes a changed file another entry."""
    try:
        with base.open_file(root, uri) as file:
            table = markup.from_json(uri, streams.all_of(uri, file))
    except Unreadable:
        raise
    except ValueError as error:
        raise Unreadable(uri, f"not JSON: {error}") from error
    if not isinstance(table, dict):
        raise Unreadable(uri, "not a JSON object keyed by report")
    return table

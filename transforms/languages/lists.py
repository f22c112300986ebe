"""Lists: what is there, what is not, and what a report says of either."""

from collections.abc import Callable, Iterator, Sequence

from schemas import Fact
from transforms.facts.base import SEVERAL
from transforms.languages.spanish import GENDERS, Agreeing, Noun, UntellableError, joined, words
from transforms.languages.speaker import LANGUAGE, Speaker
from transforms.regions.marks import form_of
from transforms.text.grammar import NUMBERS
from transforms.text.line import Line
from transforms.text.makers import maker

LEVELS = {"series": "shown.study", "study": "shown.study", "visit": "shown.study", "patient": "shown.patient"}
Made = tuple[list[Fact], Callable[[], Line]]
Said = tuple[Fact, tuple[int, int], str]
"""A fact, the span of its English claim, and the words there."""
Item = tuple[Sequence[Fact], Noun, Line]


def groups(speaker: Speaker, facts: Sequence[Said], why: dict[str, str]) -> Iterator[Made]:
    """The facts that a list tells, as (facts, what makes the sentence); `why` gets those that have no words. What
    English puts into one word ("left ribs") is one word here."""
    kinds: dict[str, list[Item]] = {}
    counts = [fact for fact, _, _ in facts if fact.predicate == "count"]
    together: dict[tuple[str, tuple[int, int]], list[Fact]] = {}
    for fact, span, _ in facts:
        if fact.predicate == "present":
            together.setdefault((fact.predicate, span), []).append(fact)
    for fact, span, english in facts:
        own = together.get((fact.predicate, span), [fact])
        try:
            rule = _rule(speaker, fact)
            if rule is None:
                continue
            group = _group(speaker, own, english) if len(own) > 1 else None
            if group is None:
                item: Item = ([fact], *_named(speaker, fact, rule, counts))
            elif own[0] is fact:
                item = (own, *group)
            else:
                continue
            kinds.setdefault(rule, []).append(item)
        except UntellableError as error:
            why[fact.id] = str(error)
    for rule, parts in kinds.items():
        told = [fact for facts_, _, _ in parts for fact in facts_]
        yield told, lambda rule=rule, parts=parts: _sentence(speaker, rule, parts)  # type: ignore[misc]


def _group(speaker: Speaker, facts: Sequence[Fact], english: str) -> tuple[Noun, Line] | None:
    """ "12 costillas izquierdas", "ambos pulmones": several things as English names them together; None where their
    kind has no plural in Spanish."""
    entries = [speaker.entry(fact.concept) for fact in facts]
    above = frozenset.intersection(*(speaker.space.ancestors(entry.slug) for entry in entries))
    kinds = [speaker.space.get(slug) for slug in sorted(above)]
    kind = next((one for one in kinds if one.plural and english.endswith(one.plural)), None)
    name = speaker.space.name(kind.concept, LANGUAGE) if kind else None
    own = [speaker.noun(fact.concept).bare for fact in facts]
    if name is None or name.plural is None or not all(name.name in one for one in own):  # a lobe is no lung
        return None
    noun = Noun(name, plural=True)
    words_ = noun.bare
    if english.startswith("both "):
        words_ = f"{words()['both'][name.gender]} {words_}"
    else:
        sides = {entry.side for entry in entries}
        side = sides.pop() if len(sides) == 1 else None
        words_ += f" {words()['of_side'][side][2 + GENDERS.index(name.gender)]}" if side else ""
        counted = english.split(" ", 1)[0]
        words_ = f"{len(facts)} {words_}" if counted.isdigit() or counted in NUMBERS else words_
    return noun, Line().claim(words_, *speaker.own(facts))


def _rule(speaker: Speaker, fact: Fact) -> str | None:
    if fact.predicate == "absent":
        if fact.level is not None:
            raise UntellableError("no Spanish wording of what is absent beyond the picture")
        return "absent"
    if fact.predicate == "finding":
        return f"finding.{fact.value}"
    if fact.predicate != "present":
        return None
    if fact.concept is not None and speaker.told.under_way(speaker.entry(fact.concept)):
        raise UntellableError("no Spanish wording of what is under way")
    if fact.level is not None and fact.level not in LEVELS:
        raise UntellableError(f"no Spanish wording of what is said of the {fact.level}")
    if not fact.regions:
        return LEVELS[fact.level] if fact.level else "shown"
    by = maker(speaker.told, fact)
    marked = all(form_of(speaker.told.regions[rid]) != "mask" for rid in fact.regions)
    return f"shown.{by}" if by != "human" else "shown.marked" if marked else "shown.human"


def _named(speaker: Speaker, fact: Fact, rule: str, counts: Sequence[Fact]) -> tuple[Noun, Line]:
    if rule in ("absent", "finding.absent", "finding.uncertain"):
        noun = speaker.noun(fact.concept, fact)
        return noun, _bare(speaker, fact, noun)
    count = next((one for one in counts if one.concept == fact.concept and int(one.value) > 1), None)
    if count is not None:
        noun = speaker.noun(fact.concept, fact, plural=True)
        return noun, Line().claim(str(count.value), count).say(" ").add(noun.line())
    entry = speaker.entry(fact.concept)
    classes = [rid for rid in fact.regions if speaker.told.regions[rid].segmentation != "instance"]
    several = len(fact.regions) > 1 or any(speaker.told.get(name, rid) for rid in classes for name in SEVERAL)
    plural = several and entry.plural is not None and not entry.mass and entry.side is None and not entry.many
    return speaker.mention(fact, plural=plural)


def _bare(speaker: Speaker, fact: Fact, noun: Noun) -> Line:
    """A thing that is not there: "el bazo", of which there is one; "derrame pleural", a finding."""
    entry = speaker.entry(fact.concept)
    one = entry.facet == "anatomy" and (entry.plural is None or entry.side is not None)
    return noun.the() if one else noun.line()


def _sentence(speaker: Speaker, rule: str, parts: Sequence[Item]) -> Line:
    first = parts[0][1]
    slots = Agreeing(many=len(parts) > 1 or first.many, gender=first.name.gender)
    lines = [line for _, _, line in parts]
    slots.words["list"] = joined(lines)
    slots.words["list_nor"] = Line().listed(lines, last="ni")
    slots.words["of_list"] = joined([noun.line("", "de") for _, noun, _ in parts])
    return speaker.say(rule, slots)


def scale(fact: Fact) -> str:
    """ "de 1, no sólida, a 5, sólida; media de 4 lectores". Raises UntellableError."""
    known, own = words()["scales"], fact.scale
    if own is None or own.low not in known or own.high not in known:
        raise UntellableError("no Spanish words for the ends of its scale: add them to es/words.yaml")
    number, _, who = (fact.source or "").partition(" ")
    if not number.isdigit() or who not in ("readers", "reader"):
        raise UntellableError("no Spanish words for who rated it")
    read = f"media de {number} {words()['readers']}" if int(number) > 1 else "un lector"
    return f"de {own.lowest}, {known[own.low]}, a {own.highest}, {known[own.high]}; {read}"

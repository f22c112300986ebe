"""What is said of regions without a mask: what marks them, where, and how large that is; and when a span goes on."""

from collections.abc import Iterator

from schemas import Entry, Fact
from transforms.facts.base import CONTAINERS, RESIDUAL
from transforms.facts.format import stated
from transforms.regions.marks import form_of
from transforms.text.grammar import definite, indefinite, mention, number, plural, verbs
from transforms.text.line import Line
from transforms.text.names import SceneText, sided, value

ONE = {
    "box": "is marked with a box", "point": "is marked by a point", "line": "is marked with a line",
    "circle": "is marked with a circle", "ellipse": "is marked with an ellipse",
}  # fmt: skip
MANY = {
    "box": "are marked with boxes", "point": "are marked by points", "line": "are marked with lines",
    "circle": "are marked with circles", "ellipse": "are marked with ellipses",
}  # fmt: skip
SEVERAL = {form: words.replace("are", "is", 1) for form, words in MANY.items()}
"""Of a concept whose regions nobody counts: they may be several readers' of one thing."""
MAX_LISTED = 24
MAX_SPANS = 6


def form(told: SceneText, fact: Fact) -> str:
    """What all regions of a fact are drawn with (`form_of`); "" where it has none, or of several kinds."""
    forms = {form_of(told.regions[rid]) for rid in fact.regions}
    return forms.pop() if len(forms) == 1 else ""


def marked(told: SceneText, fact: Fact) -> bool:
    """Whether marks of one form alone show it."""
    return form(told, fact) in ONE


def drawn(told: SceneText, fact: Fact) -> bool:
    """Whether a mask or a mark shows any of it: what a source only says of a picture is drawn nowhere."""
    return any(form_of(told.regions[rid]) for rid in fact.regions)


def counted(told: SceneText, fact: Fact) -> Fact | None:
    """The fact that the regions are so many things, where they are more than one."""
    return next((f for f in told.facts["count"] if f.regions == fact.regions and int(f.value) > 1), None)


def finding(told: SceneText, fact: Fact, entry: Entry) -> Line:
    """ "a lung opacity is marked with a box in the lower left part of the image; the width of its box is 40 mm ..." """
    drawn = form(told, fact)
    name = indefinite(entry)
    if len(fact.regions) > 1:
        count = counted(told, fact)
        if count is None:
            return Line().claim(f"{name} {_agreed(SEVERAL[drawn], entry)}", fact)
        return Line().claim(f"{number(int(count.value))} {plural(entry)} {MANY[drawn]}", count, fact)
    line = Line().claim(f"{name} {_agreed(ONE[drawn], entry)}", fact)
    if length := told.get("line_length", fact.regions[0]):
        line.say(" of ").claim(stated(length), length)
    _located(told, fact.regions[0], line)
    parts = sizes(told, fact.regions[0], verbs(entry.many)["its"])
    return line.say("; ").listed(parts) if parts else line


SIZES = {
    "box_width": "the width of {its} box is ", "box_height": "the height of {its} box is ",
    "turned_long": "the longer side of {its} box is ", "turned_short": "the shorter side of {its} box is ",
    "circle_diameter": "the diameter of {its} circle is ", "ellipse_long": "the longer axis of {its} ellipse is ",
    "ellipse_short": "the shorter axis of {its} ellipse is ",
}  # fmt: skip


def sizes(told: SceneText, rid: str, its: str) -> list[Line]:
    """How large a region's box, circle or ellipse is."""
    return [value(said.format(its=its), found) for name, said in SIZES.items() if (found := told.get(name, rid))]


def _agreed(marked: str, entry: Entry) -> str:
    return verbs(entry.many)["is"] + marked.removeprefix("is")


def _located(told: SceneText, rid: str, line: Line) -> None:
    zone, side = told.get("zone", rid), told.get("side", rid)
    if zone:
        line.say(" ").claim(told.place(zone), zone)
    if side:
        line.say(", " if zone else " ").claim(sided(side), side)


def lines(told: SceneText) -> Iterator[Line]:
    """The lines that were drawn to measure something: a thickness is no thing that is seen."""
    for fact in told.facts["line_length"][:MAX_LISTED]:
        entry = told.entry(told.regions[fact.regions[0]].concept)
        if entry.facet == "attribute" and told.alone(fact.regions[0]):
            marked_ = f"{definite(entry)} {_agreed(ONE['line'], entry)}"
            yield Line().claim(f"{marked_} of {stated(fact)}", fact)


def angles(told: SceneText) -> Iterator[Line]:
    """ "the angle at the nasion between the sella point and the subspinale is 82.1 degrees" """
    for fact in told.facts["angle"]:
        if len(fact.regions) != 3:
            continue  # of two lines: none is measured here
        a, apex, b = (told.name(rid) for rid in fact.regions)
        yield Line().claim(f"the angle at {apex} between {a} and {b} is {stated(fact)}", fact)


def sliced(told: SceneText, rid: str, name: str) -> Line:
    """ "the nodule is marked on slice 8 with a given diameter of 5.7 mm", "the fracture is marked on slices 3 to 6";
    nothing of a region of which no fact says that."""
    is_ = told.verbs(rid)["is"]
    one, first, last = (told.get(predicate, rid) for predicate in ("marked_slice", "first_slice", "last_slice"))
    line = Line()
    if one is not None:
        line.claim(f"{name} {is_} marked on slice {one.value}", one)
    elif first is not None and last is not None:
        line.claim(f"{name} {is_} marked on slices {first.value} to {last.value}", first, last)
    else:
        return line
    given = told.get("given_diameter", rid)
    return line.say(" with ").claim(f"a given diameter of {stated(given)}", given) if given else line


def structures(told: SceneText) -> Iterator[Line]:
    """What anatomy is marked: one or two with their places, more as a list."""
    facts = [fact for fact in told.facts["present"] if fact.concept and marked(told, fact)]
    facts = [fact for fact in facts if fact.concept and told.entry(fact.concept).facet == "anatomy"]
    facts = [fact for fact in facts if fact.concept and told.entry(fact.concept).slug not in CONTAINERS | RESIDUAL]
    for drawn in ONE:
        own = [fact for fact in facts if form(told, fact) == drawn]
        if len(own) > 2:
            yield Line().listed([_name(told, fact) for fact in own[:MAX_LISTED]]).say(f" {MANY[drawn]}")
            continue
        for fact in own:
            yield _one(told, fact, drawn)


def _one(told: SceneText, fact: Fact, drawn: str) -> Line:
    assert fact.concept is not None
    entry = told.entry(fact.concept)
    if len(fact.regions) > 1:
        several = _agreed(SEVERAL[drawn], entry) if counted(told, fact) is None else MANY[drawn]
        return _name(told, fact).say(f" {several}")
    line = _name(told, fact).say(f" {_agreed(ONE[drawn], entry)}")
    if length := told.get("line_length", fact.regions[0]):
        line.say(" of ").claim(stated(length), length)
    _located(told, fact.regions[0], line)
    return line


def _name(told: SceneText, fact: Fact) -> Line:
    assert fact.concept is not None
    entry = told.entry(fact.concept)
    return Line().claim(mention(entry) if counted(told, fact) is None else plural(entry), fact)


def spans(told: SceneText) -> Iterator[Line]:
    """When the source marks what goes on, in the order of time."""
    begun = sorted((*told.facts["span_start"], *told.facts["moment"]), key=lambda fact: float(fact.value))
    whole = "recording" if told.scene.view.frame == "signal" else "video"
    for start in begun[:MAX_SPANS]:
        assert start.concept is not None
        entry = told.entry(start.concept)
        end = told.get("span_end", start.regions[0])
        when = f"at {stated(start)}" if end is None else f"from {stated(start)} to {stated(end)}"
        facts = (start,) if end is None else (start, end)
        yield (
            Line().claim(f"{indefinite(entry)} {verbs(entry.many)['is']} marked {when}", *facts).say(f" of the {whole}")
        )

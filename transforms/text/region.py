"""The text of one region with a mask: a finding at length, a structure by what it measures, a rib in a sentence."""

from transforms.text import entity
from transforms.text.line import Line
from transforms.text.measures import ratings
from transforms.text.names import SceneText
from transforms.text.paragraph import follow

OPENINGS = ("more.both", "more.place", "more.side", "more.area", "more.size", "more.pieces", "intro.bare")
FINDING = ("more.size", "more.area", "more.density", "more.whole", "more.volume", "more.diameter", "more.neighbour",
           "more.place")  # fmt: skip
STRUCTURE = ("more.size", "more.density", "more.volume", "more.area", "more.place", "more.pieces")
MOST = {"finding": 6, "anatomy": 2}
MANY = frozenset(("rib", "vertebra", "cell"))
"""Of these one picture shows many: each gets a sentence, and what is left one more."""


def text(told: SceneText, rid: str) -> Line:
    """The sentences on a region; none where nothing is known of it but that it is there, among others of its kind."""
    entry = told.entry(told.regions[rid].concept)
    slots = entity.slots(told, rid)
    finding = entry.facet == "finding"
    few = bool(MANY & {entry.slug, *told.space.ancestors(entry.slug)})
    first = next((one for rule in OPENINGS if (one := told.teller.say(rule, slots)).text), Line())
    line = Line()
    topics = FINDING if finding else STRUCTURE
    for part in follow(told, first, slots, topics, 1 if few else MOST[entry.facet if finding else "anatomy"]):
        line.sentence(part)
    for part in ratings(told, rid):
        line.sentence(part)
    return line

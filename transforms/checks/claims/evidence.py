"""What a scene knows, laid out so that an assertion finds the facts that decide it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from schemas import Concept, Entry, Fact, LabelSpace, Scene
from schemas.level import WHOLE
from transforms.checks.claims.angles_named import named_angle
from transforms.checks.claims.image_names import image_names, roles
from transforms.checks.claims.lexicon import Lexicon, lexicon, normal
from transforms.checks.claims.model import Mention
from transforms.checks.claims.overlay import overlaid
from transforms.checks.claims.ranks import ranked
from transforms.checks.claims.words import REGIONS
from transforms.facts.base import CONTAINERS
from transforms.groups.apart import parts

SPANS = ("moment", "span_start", "span_end", "duration")
"""What goes on from when to when is there: a frame is shown with the spans that it lies in."""
BOXED = ("box_width", "box_height")
NORMAL = frozenset({"normal_ecg"})
"""Slugs of a record of which nothing abnormal is known."""


class Evidence:
    """The facts of a scene by predicate, its regions by concept. `focus`: the region that a text is about. `every`: the
    facts of the whole scene, where `facts` are but one."""

    def __init__(self, scene: Scene, space: LabelSpace, focus: str | None = None) -> None:
        self.scene = scene
        self.space = space
        self.words: Lexicon = lexicon(space)
        self.focus = focus
        self.alone = False
        self.regions = {region.id: region for region in scene.regions}
        self.by_id = {fact.id: fact for fact in scene.facts}
        self.facts: dict[str, list[Fact]] = defaultdict(list)
        for fact in scene.facts:
            self.facts[fact.predicate].append(fact)
        self.every = self.facts
        self._labels = space.slugs
        self._ids: dict[tuple[str, ...], list[str]] = {}  # the same few mentions come again and again
        self._ranks: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        self._alone: dict[tuple[str, str | None], Evidence] = {}  # and so do claims on the same fact
        self.slugs = {region.id: self.slug(region.concept) for region in scene.regions}
        for fact in self.facts["angle"]:
            self.facts[f"angle:{named_angle([self.slugs[rid] for rid in fact.regions])}"].append(fact)

    @cached_property
    def called(self) -> Lexicon:
        """The lexicon with what this scene calls things, for free text."""
        return overlaid(self.scene, self._labels, self.words)

    @cached_property
    def parts(self) -> "tuple[Evidence, ...]":
        """Of a group: the evidence of each of its images by itself."""
        return tuple(Evidence(one, self.space) for one in parts(self.scene))

    @cached_property
    def image_names(self) -> dict[str, tuple[int, ...]]:
        """Of a group: what some of its images are called, and others not."""
        return image_names(self)

    @cached_property
    def roles(self) -> dict[str, tuple[int, ...]]:
        """Of a study: what each of its images is for."""
        return roles(self)

    def about(self, focus: str | None) -> "Evidence":
        """The same evidence for a text about one region."""
        other = self._copy()  # what was worked out of the scene holds for each of its regions
        other.focus = focus
        return other

    def _copy(self) -> "Evidence":
        other = object.__new__(Evidence)
        other.__dict__.update(self.__dict__)
        return other

    def with_only(self, fact: Fact) -> "Evidence":
        """The evidence of one fact, for a claim that names it. Which region is the largest is still asked of all."""
        focus = fact.regions[0] if len(fact.regions) == 1 and fact.predicate != "present" else self.focus
        if (fact.id, focus) not in self._alone:
            self._alone[fact.id, focus] = self._only(fact, focus)
        return self._alone[fact.id, focus]

    def _only(self, fact: Fact, focus: str | None) -> "Evidence":
        other = self._copy()
        for known in ("shown", "missing", "left_open", "_shown_below"):
            other.__dict__.pop(known, None)
        other.facts = defaultdict(list, {fact.predicate: [fact]})
        other.focus = focus if focus in self.regions else None
        other.alone = True
        other._alone = {}  # nor holds what holds it, which only the garbage collector would free
        return other

    def slug(self, concept: Concept | None) -> str:
        """The slug of a concept; "" where the space lacks it."""
        return self._labels.get(concept.label, "") if concept is not None else ""

    def entry(self, concept: Concept) -> Entry:
        """The entry of a concept; of one that the space lacks (a source's own attribute), what the sample tells."""
        slug = self.slug(concept)
        own = Entry(slug="of_the_source", concept=concept, facet="attribute")
        return self.space.get(slug) if slug else own

    def is_a(self, slug: str, above: str) -> bool:
        """Whether `slug` is `above` or lies below it (is-a or part-of)."""
        return (
            slug == above
            or (slug in self.space and above in self.space.ancestors(slug))
            or self.words.ends(slug, above)
        )

    def regions_of(self, slug: str) -> frozenset[str]:
        """The regions of the body that a thing is of: those of the hand, none of the skin."""
        return REGIONS & ({slug} | (self.space.ancestors(slug) if slug in self.space else frozenset()))

    def kin(self, a: str, b: str) -> bool:
        return self.is_a(a, b) or self.is_a(b, a)

    @cached_property
    def shown(self) -> dict[str, Fact]:
        """Slug -> the fact by which it is present: shown in the view, stated by a document, or the body part imaged."""
        found: dict[str, Fact] = {}
        for predicate in ("present", "count", "body_part", *SPANS):
            for fact in self.facts[predicate]:
                if not (predicate == "count" and fact.value == 0):
                    found.setdefault(self.slug(fact.concept), fact)
        for fact in self.facts["finding"]:
            if fact.value == "present":
                found.setdefault(self.slug(fact.concept), fact)
        for slug, fact in (*self._conditions("present"), *self._said("present")):
            found.setdefault(slug, fact)
        found.pop("", None)
        return found

    @cached_property
    def missing(self) -> dict[str, Fact]:
        """Slug -> the fact by which it is absent."""
        found = {self.slug(fact.concept): fact for fact in self.facts["absent"]}
        for fact in self.facts["count"]:
            if fact.value == 0:
                found.setdefault(self.slug(fact.concept), fact)
        for fact in self.facts["finding"]:
            if fact.value == "absent":
                found.setdefault(self.slug(fact.concept), fact)
        for slug, fact in (*self._conditions("absent"), *self._said("absent")):
            found.setdefault(slug, fact)
        found.pop("", None)
        return found

    def _said(self, state: str) -> Iterator[tuple[str, Fact]]:
        """What the sample itself says is there or not, where no fact tells it: an organ that lies elsewhere, a record
        that is normal. It decides, and there is no fact to name."""
        if self.alone:
            return
        for one in self.scene.presence:
            slug = self.slug(one.concept)
            told = slug in NORMAL or (state == "absent" and self.space.seen(one.concept))
            if told and one.state == state and slug and one.media is None:
                yield slug, Fact(id="", predicate=state, value=True, concept=one.concept)

    @cached_property
    def left_open(self) -> tuple[Fact, ...]:
        """What the sample's labels leave in doubt, where no fact tells it: there is none to name."""
        if self.alone or self.scene.view.frame not in WHOLE.values():
            return ()  # of a part, what is said of the whole tells nothing
        told = (one.concept for one in self.scene.presence if one.state == "uncertain" and one.media is None)
        return tuple(Fact(id="", predicate="finding", value="uncertain", concept=one) for one in told if self.slug(one))

    def _conditions(self, state: str) -> Iterator[tuple[str, Fact]]:
        """The conditions that the source states so, by the concepts that their names are."""
        for fact in self.facts["condition"]:
            known = self.words.match(list(normal(str(fact.name))), 0) if str(fact.value).casefold() == state else None
            if known is not None:
                yield from ((slug, fact) for slug in known[0].slugs)

    def present(self, slug: str) -> Fact | None:
        """The fact that shows `slug` or something below it; its own first."""
        return self.shown.get(slug) or self._shown_below.get(slug)

    @cached_property
    def _shown_below(self) -> dict[str, Fact]:
        """Slug -> the first fact that shows something below it."""
        found: dict[str, Fact] = {}
        for known, fact in self.shown.items():
            for above in sorted(self.space.ancestors(known) if known in self.space else ()):
                found.setdefault(above, fact)
        return found

    def absent(self, slug: str) -> Fact | None:
        """The fact that declares `slug` or something above it absent."""
        if not self.missing or slug in self.missing:
            return self.missing.get(slug)
        above = self.space.ancestors(slug) if slug in self.space else frozenset()
        return next((self.missing[known] for known in sorted(above) if known in self.missing), None)

    def of(self, mention: Mention | None) -> list[str]:
        """Ids of the regions that a mention may mean; the region in focus where it fits."""
        if mention is None:
            return [self.focus] if self.focus is not None else []
        if mention.ids:
            return list(mention.ids)
        ids = self._placed(self._named(mention.slugs), mention.within)
        if mention.rank:
            key = (mention.rank, tuple(ids))
            if key not in self._ranks:
                self._ranks[key] = ranked(ids, mention.rank, self)
            return self._ranks[key]
        if self.focus in ids and not mention.every and not mention.plural:
            return [self.focus]
        return self._sided(ids, mention.side) if mention.side else ids

    def _placed(self, ids: list[str], within: tuple[str, ...]) -> list[str]:
        """Those that lie in a place, where it tells them apart."""
        if not within or len(ids) < 2:
            return ids
        place = self._named(within)
        inner = [rid for rid in ids if self.pair("inside", [rid], place) or self.is_a(self.slugs[rid], within[0])]
        return inner or ids

    def _named(self, slugs: tuple[str, ...]) -> list[str]:
        """Ids of the regions of one of these concepts; else of one below them."""
        if slugs not in self._ids and slugs[0][0] == "*":
            self._ids[slugs] = self._meant(slugs[0])
        if slugs not in self._ids:
            sides = self.words.pairs.get(slugs, {}).values()
            exact = [rid for rid, slug in self.slugs.items() if slug in slugs]
            exact = exact or [rid for rid, slug in self.slugs.items() if slug in sides]
            self._ids[slugs] = exact or self._below(slugs)
        return self._ids[slugs]

    def _below(self, slugs: tuple[str, ...]) -> list[str]:
        """Ids of the regions of a kind, or a part, of these concepts: a nodule of the lung is no part of the lung."""
        facets = {self.words.facets.get(slug) for slug in slugs}
        found = [rid for rid, slug in self.slugs.items() if slug and any(self.is_a(slug, s) for s in slugs)]
        alike = [rid for rid in found if self.words.facets.get(self.slugs[rid]) in facets]
        return alike or [rid for rid in found if any(self.words.ends(self.slugs[rid], s) for s in slugs)]

    def _meant(self, word: str) -> list[str]:
        """Ids of what a general word may mean: of "the finding" the findings, of "the structure" all but what holds
        everything."""
        facets = {
            "*organ": ("anatomy",),
            "*finding": ("finding",),
            "*abnormality": ("finding",),
            "*focus": ("finding",),
        }
        wanted = facets.get(word, ("anatomy", "finding"))
        return [rid for rid, slug in self.slugs.items()
                if slug and slug not in CONTAINERS and self.space.get(slug).facet in wanted]  # fmt: skip

    def _sided(self, ids: list[str], side: str) -> list[str]:
        """Those that a fact or their own name puts on a side."""
        told = {fact.regions[0] for fact in self.facts["side"] if fact.regions and fact.value == side}
        for fact in self.facts["inside"]:
            holder = self.slugs[fact.regions[1]]
            if holder in self.space and self.space.get(holder).side == side:
                told.add(fact.regions[0])
        if self.scene.view.plane in ("axial", "coronal"):
            told |= {f.regions[0] for f in self.facts["zone"] if f.regions and side in str(f.value).split()}
        named = {rid for rid in ids if (self.slugs[rid] in self.space and self.space.get(self.slugs[rid]).side == side)}
        return [rid for rid in ids if rid in told | named] or ids

    def about_regions(self, predicate: str, ids: Iterable[str]) -> list[Fact]:
        """Facts of a predicate whose first region is one of these."""
        wanted = set(ids)
        found = [fact for fact in self.facts[predicate] if fact.regions and fact.regions[0] in wanted]
        return found or (list(self._boxed(predicate, wanted)) if predicate in BOXED and not self.alone else [])

    def _boxed(self, predicate: str, ids: set[str]) -> Iterator[Fact]:
        """How wide or high the boxes are that were drawn, where no fact tells it: they stand in the regions."""
        for fact in self.facts["present"]:
            for rid in sorted(ids & set(fact.regions)):
                region = self.regions[rid]
                if region.box is not None and region.mask is None:
                    x0, y0, x1, y1 = region.box.xyxy
                    value = x1 - x0 if predicate == "box_width" else y1 - y0
                    yield Fact(id=fact.id, predicate=predicate, value=value, unit="px", tolerance=1.0, regions=(rid,))

    def pair(self, predicate: str, a: Iterable[str], b: Iterable[str]) -> list[Fact]:
        """Facts of a predicate from one of a to one of b, in that order."""
        first, second = set(a), set(b)
        return [
            f for f in self.facts[predicate] if len(f.regions) == 2 and f.regions[0] in first and f.regions[1] in second
        ]

    def apart(self, a: Iterable[str], b: Iterable[str], gap: int = 0) -> bool:
        """Whether every box of a is more than `gap` pixels from every box of b."""
        pairs = [(self.regions[x].box, self.regions[y].box) for x in a for y in b if x != y]
        if not pairs or any(p is None or q is None or p.media != q.media for p, q in pairs):
            return False
        return all(_gap(p.xyxy, q.xyxy) > gap for p, q in pairs if p is not None and q is not None)


def _gap(p: tuple[int, int, int, int], q: tuple[int, int, int, int]) -> int:
    """Empty pixels between two half-open boxes along the axis that parts them most; -1 where they overlap or touch."""
    return max(p[0] - q[2], q[0] - p[2], p[1] - q[3], q[1] - p[3], -1)

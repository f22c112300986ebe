"""The wordings: what the validator refuses, and that each single one of them is borne out by facts and good English."""

import random
import re
from typing import ClassVar

import pytest

import catalog
from schemas import Concept, Fact, LabelSpace, Scene, View
from tests.grammar import faults
from tests.handfacts import told_abdomen
from tests.scenes import CT
from tests.spaces import (
    CARDIOMEGALY,
    DOC,
    ECG,
    EFFUSION,
    HEART_RATE,
    NUCLEUS,
    PNEUMOTHORAX,
    QT_INTERVAL,
    US,
)
from tests.views import disc, picture
from transforms.checks.claims.samples import verdicts
from transforms.facts import measure_all
from transforms.text import describe, lay, names, rules
from transforms.text.line import Line
from transforms.text.rules import GrammarError, Rules, Slots, Teller, pattern, read

SPACE: LabelSpace = catalog.labelspace()
SM = SPACE.concept("sm")


def facts(*rows: tuple[object, ...]) -> tuple[Fact, ...]:
    keys = ("predicate", "regions", "value", "unit", "tolerance", "concept")
    return tuple(
        Fact.model_validate({"id": f"f{n}", **dict(zip(keys, row, strict=False))}) for n, row in enumerate(rows, 1)
    )


def teller(source: str, seed: int = 0) -> Teller:
    return Teller(Rules(read({"made.yaml": source})), "report", random.Random(seed))


def test_a_pattern_is_filled_with_words_verbs_and_claims() -> None:
    (area,) = facts(("area", ("r1",), 3.0, "mm2"))
    slots = Slots(many=True, others=False, facts={"area": (area,)}).put("a", "drusen").put("b", "the liver")
    line = teller('{one: {any: ["{a} {~lies} beside {b}, which {~~is} [large|area] \\\\(so\\\\)"]}}').say("one", slots)
    assert line.text == "drusen lie beside the liver, which is large (so)"
    assert [(line.text[start:end], fact) for start, end, fact in line.marks] == [("large", "f1")]


def test_a_pattern_waits_for_all_that_it_needs() -> None:
    said = teller('{one: {any: ["{a} <two>"], caption: ["never"]}, two: {any: ["[{b}|seen]"]}}')
    assert said.say("one", Slots().put("a", "x")).text == ""
    (seen,) = facts(("present", ("r1",), True))
    assert said.say("one", Slots(facts={"seen": (seen,)}).put("a", "x").put("b", "y")).text == "x y"


def test_what_may_be_left_out_is_said_where_it_is_known() -> None:
    source = '{one: {any: ["a( {b})"]}}'
    known = {teller(source, seed).say("one", Slots().put("b", "b")).text for seed in range(20)}
    assert known == {"a", "a b"}
    assert {teller(source, seed).say("one", Slots()).text for seed in range(20)} == {"a"}


def test_no_wording_comes_again_before_the_others_did() -> None:
    one = teller('{one: {any: ["a", "b"], report: ["c"]}}')
    assert {one.say("one", Slots()).text for _ in range(3)} == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("[]", "no mapping"), ("{one: [a]}", "mapping of registers"), ("{one: {poem: [a]}}", "no register"),
        ("{one: {any: a}}", "list of patterns"), ("{one: {any: [a, a]}}", "twice"),
        ('{one: {any: ["[a|b"]}}', "not closed"), ('{one: {any: ["(a"]}}', "not closed"),
        ('{one: {any: ["a)"]}}', "closes nothing"), ('{one: {any: ["<two>"]}}', "no rule"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_by_name(source: str, wrong: str) -> None:
    with pytest.raises(GrammarError, match=wrong):
        read({"made.yaml": source})


def _document(*states: tuple[Concept, str]) -> Scene:
    base = told_abdomen()
    rows = [("finding", (f"r{n}",), state, None, None, concept) for n, (concept, state) in enumerate(states, 1)]
    drawn = {"box": None, "mask": None, "span": (0, 3), "span_unit": "char"}
    regions = tuple(
        base.regions[0].model_copy(update={"id": f"r{n}", "concept": concept, **drawn})
        for n, (concept, _) in enumerate(states, 1)
    )
    more = (("words", (), 41), ("headings", (), 3))
    more += (("modality", (), DOC.label, None, None, DOC), ("body_part", (), "abdomen", None, None, base.anatomy[0]))
    view = View(frame="text")
    return base.model_copy(update={"regions": regions, "facts": facts(*rows, *more), "view": view, "document": "..."})


def _without(*predicates: str) -> Scene:
    """The abdomen whose lesion lies in nothing that is known, less some facts."""
    base = told_abdomen()
    kept = (fact for fact in base.facts if fact.predicate not in ("inside", *predicates))
    return base.model_copy(update={"facts": tuple(kept)})


def _abdomens() -> list[Scene]:
    base = told_abdomen()
    touching = Fact(id="f90", predicate="adjacent", regions=("r1", "r4"), value=0.0, unit="mm", tolerance=1.0)
    beside = touching.model_copy(update={"id": "f92", "regions": ("r2", "r4")})
    pieces = [
        Fact(id=f"f9{n}", predicate="pieces", regions=(f"r{n}",), value=2, unit="pieces", tolerance=0.0) for n in (2, 3)
    ]
    organ = Fact(id="f95", predicate="absent", value=True, concept=SPACE.concept("spleen"))
    whole = Fact(id="f96", predicate="present", value=True, concept=SPACE.concept("spleen"))
    sizes = ("zone", "side", "long_axis", "short_axis")
    split, apart = (
        base.model_copy(update={"facts": tuple(f for f in base.facts if f.predicate not in left) + tuple(pieces)})
        for left in (sizes, (*sizes, "area", "mean_intensity", "volume", "diameter"))
    )
    return [
        base, base.model_copy(update={"facts": (*base.facts, touching, beside, organ)}), split, apart,
        _without(), _without("zone"), _without("zone", "side"), _without("zone", "side", "long_axis", "short_axis"),
        _without("volume", "body_part"),
        _without("zone", "area", "long_axis", "short_axis", "volume", "diameter", "mean_intensity"),
        _without("diameter", "modality"),
        base.model_copy(update={"regions": (), "facts": (*facts(("modality", (), CT.label, None, None, CT)), whole)}),
    ]  # fmt: skip


def _wholes() -> list[Scene]:
    """A volume and a clip."""
    base = told_abdomen()
    flat = ("plane", "slice", "zone", "side", "area", "long_axis", "short_axis", "larger", "adjacent")
    kept = tuple(fact for fact in base.facts if fact.predicate not in flat)
    made = facts(("slices", (), 30), ("slice_spacing", (), 3.0, "mm", 0.005))
    made = tuple(fact.model_copy(update={"id": f"g{n}"}) for n, fact in enumerate(made))
    film = facts(("modality", (), US.label, None, None, US), ("frames", (), 20),
                 ("present", ("r1",), True, None, None, base.regions[0].concept),
                 ("body_part", (), "abdomen", None, None, base.anatomy[0]))  # fmt: skip
    whole, clip = View(frame="volume"), View(frame="clip")
    findings = [SPACE.concept(slug) for slug in ("fracture", "pneumothorax", "pneumonia", "pleural_effusion")]
    regions = tuple(base.regions[0].model_copy(update={"id": f"r{n}", "concept": c}) for n, c in enumerate(findings))
    drawn = facts(("modality", (), CT.label, None, None, CT),
                  *(("present", (f"r{n}",), True, None, None, c) for n, c in enumerate(findings)))  # fmt: skip
    return [
        base.model_copy(update={"facts": (*kept, *made), "view": whole}),
        base.model_copy(update={"facts": kept, "view": whole}),
        base.model_copy(update={"facts": (*kept[:1], *made), "view": whole, "regions": ()}),
        base.model_copy(update={"facts": film, "view": clip, "regions": base.regions[:1]}),
        base.model_copy(update={"facts": drawn, "view": whole, "regions": regions}),
    ]


def _others() -> list[Scene]:
    base = told_abdomen()
    nuclei = tuple(base.regions[0].model_copy(update={"id": f"r{n}", "concept": NUCLEUS}) for n in (1, 2))
    sizes = (("area", 380.0, "px2"), ("long_axis", 25.0, "px"), ("short_axis", 19.0, "px"))
    rows = [
        ("modality", (), SM.label, None, None, SM), ("slice", (), 4),
        ("present", ("r1", "r2"), True, None, None, NUCLEUS), ("count", ("r1", "r2"), 2, None, None, NUCLEUS),
        *((name, (rid,), value + n, unit, 1.0) for n, rid in enumerate(("r1", "r2")) for name, value, unit in sizes),
        ("zone", ("r1",), "upper left"), ("zone", ("r2",), "center"),
    ]  # fmt: skip
    field = {"regions": nuclei, "view": View(frame="frame:4"), "media": ()}
    rates = (("interval", (), 72.0, "bpm", 1.0, HEART_RATE), ("interval", (), 402.0, "ms", 1.0, QT_INTERVAL))
    signal = facts(("modality", (), ECG.label, None, None, ECG), *rates, ("absent", (), True, None, None, EFFUSION))
    film = facts(("modality", (), US.label, None, None, US), ("slice", (), 4),
                 ("body_part", (), "abdomen", None, None, base.anatomy[0]))  # fmt: skip
    named = [
        SPACE.concept(slug) for slug in ("consolidation", "fracture", "atelectasis", "pneumonia", "endotracheal_tube")
    ]
    return [
        base.model_copy(update={**field, "facts": facts(*rows)}),
        base.model_copy(update={**field, "facts": facts(*(row for row in rows if row[0] != "count"))}),
        base.model_copy(update={**field, "facts": facts(*rows, ("larger", ("r1", "r2"), 1.5, None, 0.1))}),
        base.model_copy(update={"regions": (), "facts": film, "view": View(frame="frame:4"), "media": ()}),
        base.model_copy(update={"regions": (), "facts": film[:2], "view": View(frame="frame:4"), "media": ()}),
        base.model_copy(update={"regions": (), "facts": signal, "view": View(frame="signal")}),
        _document((EFFUSION, "present"), (PNEUMOTHORAX, "absent"), (CARDIOMEGALY, "uncertain")),
        _document((EFFUSION, "absent"), (PNEUMOTHORAX, "absent")), _document(),
        _document((EFFUSION, "present"), (PNEUMOTHORAX, "absent"), (CARDIOMEGALY, "absent"),
                  *((concept, "present") for concept in named)),
    ]  # fmt: skip


def _elsewhere() -> list[Scene]:
    """What is named for how it looks with contrast agent, on a sequence without any."""
    part = (SPACE.concept("enhancing_tumor"), disc((99, 99), 50, 50, 20))
    return [measure_all(picture([part], modality=SPACE.concept("mr")), SPACE)]


SCENES = [*_abdomens(), *_wholes(), *_others(), *_elsewhere()]
UNSAID = frozenset(("absent.acts", "distance.marked", "header.unknown", "more.maker", "shown.made"))
"""Rules of other scenes: of an operation's film, of landmarks, of a plane without a modality; of what no person drew,
which the starter corpus is full of."""


def test_a_reader_stumbles_over_bare_names_and_doubled_hedges() -> None:
    """Of reports for the person shown, and of lengths that are bounds."""
    for text in ("Pocket of air outside the lung is not found.", "Overstretched air sacs is present.",
                 "This nucleus is about at least 39 px long."):  # fmt: skip
        assert faults(text, SPACE), text
    for text in (
        "Pneumothorax is absent.", "Devices: breathing tube, feeding tube.", "Overstretched air sacs are seen.",
        "There is neither a pleural effusion nor a pneumothorax.",
    ):  # fmt: skip
        assert faults(text, SPACE) == [], text


class _Spy(Teller):
    """A teller that writes down which rules it was asked by, and which patterns it said."""

    asked: ClassVar[set[str]] = set()
    spoken: ClassVar[set[str]] = set()

    def say(self, rule: str, slots: Slots) -> Line:
        line = super().say(rule, slots)
        _Spy.spoken.update(self.said)
        if line.text:
            _Spy.asked.add(rule)
        return line


def test_every_single_wording_is_borne_out_and_good_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each pattern alone in its rule, on scenes that ask for the rule: not one sentence that the claim check or a
    reader refuses; and none that is never said."""
    every = rules.rules().patterns
    monkeypatch.setattr(names, "Teller", _Spy)
    asking: dict[str, list[Scene]] = {rule: [] for rule in every}
    for scene in SCENES:
        for register in rules.REGISTERS:
            _Spy.asked.clear()
            describe(scene, SPACE, "grounded", {"registers": [register]}, 1)
            for rule in _Spy.asked:
                asking[rule] += [] if scene in asking[rule] else [scene]
    wrong, silent = [], []
    for rule, register, one in [(r, g, one) for r, own in every.items() for g, many in own.items() for one in many]:
        only = Rules({**every, rule: {"any": (one,)}})
        monkeypatch.setattr(names, "rules", lambda only=only: only)
        _Spy.spoken.clear()
        for seed, scene in [(seed, scene) for seed in range(1, 9) for scene in asking[rule]]:
            wrong += _wrong(scene, register, one.source, seed)
            if one.source in _Spy.spoken:
                break
        silent += [] if one.source in _Spy.spoken or rule in UNSAID else [(rule, one.source)]
    assert wrong == []
    assert silent == []


def _wrong(scene: Scene, register: str, source: str, seed: int) -> list[tuple[str, str, str]]:
    params = {} if register == "any" else {"registers": [register]}
    description = describe(scene, SPACE, "grounded", params, seed)
    texts = [description.overall.text, *(one.text for one in (*description.regions, *description.relations))]
    bad = [one for _, one in verdicts(scene, description, (), SPACE) if one.verdict != "supported"]
    refused = [(source, " ".join(texts), f"{one.text}: {one.reason}") for one in bad]
    return refused + [(source, text, fault) for text in texts for fault in faults(text, SPACE)]


def test_plain_names_are_no_other_things_name_and_can_be_counted() -> None:
    taken = {name.lower(): e.slug for e in SPACE for name in (e.concept.label, e.plural or "", *e.synonyms) if name}
    for slug, plain in lay.names().items():
        own = SPACE.get(slug)
        assert taken.get(plain["name"], slug) == slug, plain
        assert own.mass or not own.plural or plain.get("plural"), f"{slug} is counted"
        assert not plain.get("mass") or own.mass, f"{slug} takes an article"
        head = re.split(r" (?:of|in|on|under|around|outside|above|through) ", plain["name"])[0]
        assert not head.endswith("s") or lay.entry(SPACE, own).many, f"{plain['name']} are several"
        assert pattern(plain["name"]).needs == frozenset()

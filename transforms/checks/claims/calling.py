"""What a scene's sources state, measure of shape and judge, and what texts call it: names, values, words for steps."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from schemas import Fact, Scene
from transforms.checks.claims import derived
from transforms.checks.claims.angles_named import CALLED, named_angle
from transforms.checks.claims.derived import Stated
from transforms.checks.claims.lexicon import Lexicon, Term, normal
from transforms.checks.claims.words import ABBREVIATIONS, NEUTRAL, STEPS, UNITS, VALUES, word_set
from transforms.facts import statement

UNSAID = frozenset(("left", "right", "lateral", "human", "silver", "gram", "is", "as", "no", "in", "on", "at", "other"))
"""Values that are words of other meanings, too."""
LINKS = frozenset({"at", "of", "in", "since", "between", "and", "the", "to"})
TIMES = re.compile(r"(\d+) ?x")
OBJECTIVES = (1, 2, 4, 5, 10, 16, 20, 25, 40, 50, 60, 63, 100, 200, 400, 630, 1000)
"""Magnifications that microscopes have."""
UPTAKE = ("uptake", "mean uptake", "tracer uptake", "average uptake", "mean tracer uptake", "standardized uptake value",
          "mean standardized uptake value", "mean standardised uptake value")  # fmt: skip
SHAPES = {
    "circularity": ("circularity", "roundness"), "solidity": ("solidity",),
    "sphericity": ("sphericity", "wadell sphericity"), "surface": ("surface", "surface area"),
    "cardiothoracic": ("cardiothoracic ratio", "cardio-thoracic ratio", "ctr", "heart-to-chest ratio", "c/t ratio",
                       "heart to chest ratio", "cardiothoracic index"),
    "cup_to_disc": ("cup-to-disc ratio", "vertical cup-to-disc ratio", "cup to disc ratio", "cdr", "c/d ratio",
                    "cup/disc ratio", "ratio of cup to disc", "vertical cdr", "cup-disc ratio", "vertical ratio"),
}  # fmt: skip
"""Measures of shape that are told by one sentence (transforms/facts/wording.py) -> what else they are called."""
JUDGED = {
    "enlarged": ("enlarged", "too big", "too large", "increased in size", "bigger than it should be",
                 "bigger than normal", "larger than normal", "larger than it should be"),
    "not enlarged": ("of normal size", "normal in size", "normal size", "normal sized", "not too big"),
    "measurable": ("measurable",), "not measurable": ("not measurable", "non-measurable", "too small to be measured"),
    "prolonged": ("prolonged",), "not prolonged": ("not prolonged",),
    "reduced": ("reduced",), "preserved": ("preserved",),
}  # fmt: skip
"""Outcomes of published rules -> words for them; of one rule each excludes the others."""
HEADS = ("score", "grade", "status", "index", "angle", "ratio", "scale", "type", "value", "test", "category", "stage",
         "class", "rating", "rate", "performance status")  # fmt: skip
"""Words that follow the name of what is stated in numbers and add nothing to it."""
GENERIC = (
    word_set(
        """score grade category status type value group index ratio size level stage rate number volume diameter dose
    angle scale classification class test examination performance plane left right ventricular internal patient mean
    maximum minimum central total whole clinical assessment previous reported standard measured body lesion tumor change
    strength thickness axis risk area phase days interval diagnosis severity skin field tube end state follow baseline
    dimension fraction visual corrected best specific treatment injections"""
    )
    | LINKS
)
"""Words of names that alone name nothing."""
Named = tuple[tuple[str, ...], Term]


def stated(scene: Scene, words: Lexicon) -> Iterator[Named]:
    """The names of what is stated, and the values that it has and could have had."""
    if any(media.unit == "SUV" for media in scene.media):
        for name in ("SUV", "SUVs", "mean SUV", "mean SUVs", "average SUV", "SUVmean", "SUV mean", *UPTAKE):
            yield normal(name), Term("phrase", "m:intensity")
    if scene.view.frame == "clip":  # "the clip" is what is watched, and no surgical clip
        for name in ("the clip", "this clip", "the video", "this video", "the video clip", "the film"):
            yield normal(name), Term("phrase", "scope:record")
    told = [fact for fact in statement.of(scene.facts) if fact.predicate != "condition"]
    imaged = [one.label.lower() for one in scene.anatomy] + [one.concept.label.lower() for one in scene.regions]
    for fact in told:  # a condition is there or not, as a finding is
        name = str(fact.name).lower()
        worded = isinstance(fact.value, str) and not fact.value[:1].isdigit()
        for alias in () if name.startswith("change of") else _called(name):
            yield normal(alias), Term("fact", name, (unit_of(fact),), worded)
        for scale in _scaled(fact, words):
            yield scale, Term("fact", name, (unit_of(fact),), worded)
        if fact.unit and fact.unit.lower() not in UNITS:
            alone = fact.unit == "x" and not any("10" in (one.unit or "") for one in told)  # "20x"
            yield normal(fact.unit), Term("fact", name, (unit_of(fact),)) if alone else Term("phrase", "m:scale")
        for step, others in next((steps for key, steps in STEPS.items() if key in name), {}).items():
            for other in others:
                yield normal(other), Term("value", f"{name}|{step}")
        if isinstance(fact.value, str):
            yield from _values(name, fact, imaged)
    yield from _short(
        [fact for fact in told if not isinstance(fact.value, str | bool) or str(fact.value)[:1].isdigit()], words
    )


def _scaled(fact: Fact, words: Lexicon) -> Iterator[tuple[str, ...]]:
    """What the scale of a grade is called, where that means nothing else: "Nottingham" of a histologic grade."""
    whole = normal(fact.scale.name) if fact.scale is not None else ()
    for end in (len(whole), len(whole) - 1 if whole and whole[-1] in SCALES else 0):
        name = whole[:end]
        if name and words.match(list(name), 0) is None and not all(word in NEUTRAL | GENERIC for word in name):
            yield name


SCALES = frozenset(("scale", "grade", "grading", "score", "classification", "system", "category", "assessment"))


def told(scene: Scene) -> tuple[Stated, ...]:
    """What is stated: names, values that are words, units."""
    return tuple((str(fact.name).lower(), _worded(fact), unit_of(fact)) for fact in statement.of(scene.facts)
                 if fact.predicate != "condition" and not str(fact.name).lower().startswith("change of"))  # fmt: skip


def unit_of(fact: Fact) -> str:
    """The unit in which texts are read that say a fact; "" where it has none."""
    return UNITS.get((fact.unit or "").casefold(), (fact.unit or "", 1.0))[0]


def _worded(fact: Fact) -> str:
    return str(fact.value).lower() if isinstance(fact.value, str) and not fact.value[:1].isdigit() else ""


def rated(scene: Scene, slugs: dict[str, str]) -> Iterator[Named]:
    """What ratings are called without their last word: "Pfirrmann" of a Pfirrmann grade."""
    for fact in scene.facts:
        slug = slugs.get(fact.concept.label, "") if fact.predicate == "rating" and fact.concept is not None else ""
        first, _, last = (
            fact.concept.label.lower().rpartition(" ") if slug and fact.concept is not None else ("", "", "")
        )
        if first and last in ("grade", "score", "category", "class", "type"):
            yield normal(first), Term("mention", "attribute", (slug,))


def judged(scene: Scene) -> Iterator[Named]:
    """Measures of shape by their names, and the outcomes of published rules."""
    for predicate, names in SHAPES.items():
        if any(fact.predicate == predicate for fact in scene.facts):
            yield from ((normal(name), Term("fact", f"#{predicate}")) for name in names)
    called = {region.id: region.concept.label.lower().replace(" ", "_") for region in scene.regions}
    for fact in scene.facts:
        value = str(fact.value)
        angle = named_angle([called[rid] for rid in fact.regions]) if fact.predicate == "angle" else None
        for name in CALLED.get(angle or "", ()):
            for whole in (name, f"{name} angle", f"angle {name}"):
                yield normal(whole), Term("fact", f"#angle:{angle}", ("degrees",))
        if fact.predicate != "judgement" or value not in JUDGED:
            continue
        other = value.removeprefix("not ") if value.startswith("not ") else f"not {value}"
        for outcome in (value, other, *(("preserved",) if value == "reduced" else ())):
            for word in JUDGED.get(outcome, ()):
                yield normal(word), Term("value", f"judgement|{outcome}")
        for word in ("RECIST", "RECIST 1.1", "the RECIST 1.1 criteria", "RECIST criteria", "size criterion"):
            yield normal(word), Term("fact", "judgement", plural=True)


def _called(name: str) -> Iterator[str]:
    yield name
    yield f"{name}s"
    last = name.rpartition(" ")[2]
    if last != name and not set(name.split()) & LINKS and last.isalpha() and last not in GENERIC and len(last) > 4:
        yield last  # "the species" of the malaria species
    yield name.removeprefix("number of ")
    yield from _numbered(name)
    words = name.split()
    of = next((n for n, word in enumerate(words) if word in LINKS), len(words))
    yield from (" ".join(words[n:]) for n in range(1, min(of, len(words) - 1)))
    if 0 < of < len(words) and words[of] == "of" and words[0] not in ("side", "number", "level", "status"):
        yield " ".join(words[:of])  # "obstruction" of the lumen
    for ending in (" score", " grade", " category", " assessment category", " type", " value", " group", " status",
                   " classification"):  # fmt: skip
        if name.endswith(ending):
            yield name.removesuffix(ending)
    for full, short in ABBREVIATIONS.items():
        if full in name:
            yield from (name.replace(full, one) for one in short)
            yield from short


def _short(told: Sequence[Fact], words: Lexicon) -> Iterator[Named]:
    """ "Karnofsky", "Cobb angle", "LVIDd": what one word of a name, or its initials, says of what is stated in numbers;
    where two have it, neither."""
    units = {str(fact.name).lower(): unit_of(fact) for fact in told}
    names = sorted(units)
    owners = [(alias, name) for name in names for alias in {*_telling(name, words), *_initials(name)}]
    times = Counter(alias for alias, _ in owners)
    for alias, name in owners:
        if times[alias] == 1 and words.match([alias], 0) is None and alias not in UNITS:
            term = Term("fact", name, (units[name],))
            yield (alias,), term
            yield from (((alias, *normal(head)), term) for head in HEADS)
    for kind in ("grade", "score"):
        own = {str(fact.name).lower() for fact in told if fact.predicate == kind}
        if len(own) == 1:
            for alias in (kind, f"{kind}d", f"{kind}d as"):
                yield normal(alias.replace("ed", "d")), Term("fact", next(iter(own)))


def _telling(name: str, words: Lexicon) -> Iterator[str]:
    for word in normal(name):
        if len(word) > 3 and word not in GENERIC and word not in NEUTRAL and word.isalpha():
            yield word
            if word.endswith("ing"):
                yield f"{word[:-3]}ed"  # "sampled at 500 Hz" of the sampling rate
            if word.endswith("al"):
                yield word[:-2]


def _numbered(name: str) -> Iterator[str]:
    """ "CA-125" of a cancer antigen 125."""
    *words, last = normal(name)
    if words and last.isdigit():
        yield f"{''.join(word[0] for word in words)}-{last}"


def _initials(name: str) -> Iterator[str]:
    """ "BMI", "HC", "LVIDd": of the last two words or more; a phase of the heart as its letter."""
    base, _, phase = name.partition(" in ")
    letter = {"diastole": "d", "systole": "s"}.get(phase, "")
    words = [word for word in normal(base) if word not in LINKS]
    runs = [words[n:] for n in range(len(words) - 1)]
    if len(words) > 2 and words[-1] in ("diameter", "thickness", "width", "length", "size", "volume", "depth", "level"):
        runs.append(words[:-1])  # "CBD" of the common bile duct's diameter
    for run in runs:
        alias = "".join(word[0] for word in run) + letter
        if alias not in NEUTRAL and (len(alias) > 2 or alias not in ("as", "mm", "ms", "cm", "is", "it", "in", "or")):
            yield alias


def _values(name: str, fact: Fact, imaged: Sequence[str]) -> Iterator[Named]:
    """`imaged`: the parts of the body that the picture is of: a left side is that of the eye, or of the knee."""
    value = str(fact.value).lower()
    if len(value) > 1 and value not in UNSAID:
        yield normal(value), Term("value", f"{name}|{value}")
    if (own := TIMES.fullmatch(value)) is not None:
        for times in dict.fromkeys((int(own[1]), *OBJECTIVES)):
            for other in (f"{times}x", f"{times} x", f"{times}-fold", f"x {times}", f"x{times}", f"{times} times"):
                yield normal(other), Term("value", f"{name}|{times}x")
    fitting = sorted((key for key in VALUES if key in name), key=len)
    group = VALUES[fitting[-1]] if fitting else {}

    def same_as(canonical: str, others: tuple[str, ...]) -> bool:
        short = next(derived.initials(normal(value)), "")
        alike = normal(value) in map(normal, (canonical, *others)) or short == canonical
        return alike or (canonical in value and not value.startswith("not "))

    for canonical, others in sorted(group.items(), key=lambda one: not same_as(*one)):
        alike = same_as(canonical, others)
        same = value if alike else canonical
        for other in (canonical, *others) if canonical not in UNSAID else others:
            if not (name == "laterality" and other.endswith((" knee", " hand", " breast"))) or any(
                other.partition(" ")[2] in part for part in imaged
            ):
                yield normal(other), Term("value", f"{name}|{same}")

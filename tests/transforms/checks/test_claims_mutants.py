"""True texts with one thing made false: each must be called contradicted, with and without its annotations."""

import itertools
import re

import pytest

from schemas import Claim, Concept, Fact, LabelSpace, Scene, Text
from tests.handfacts import told_abdomen
from tests.scenes import CT
from tests.spaces import CHEST, LEFT_LUNG, NODULE, NUCLEUS, small_space
from transforms.checks.claims import check, check_text
from transforms.checks.claims.samples import texts
from transforms.text import describe

SPACE = small_space()
SEEDS = range(10)
OTHER = {"left": "right", "right": "left", "axial": "coronal", "computed tomography": "magnetic resonance imaging",
         "abdomen": "chest", "larger": "smaller", "smaller": "larger", "anterior": "posterior"}  # fmt: skip


def swap(text: str, pattern: str) -> str | None:
    """Every match of a pattern exchanged for its opposite; None where there is none."""
    made = re.sub(pattern, lambda m: _cased(m.group(), OTHER[m.group().lower()]), text, flags=re.IGNORECASE)
    return made if made != text else None


def _cased(old: str, new: str) -> str:
    return new.capitalize() if old[0].isupper() else new


def numbers(text: str) -> list[str]:
    """The text with each written measurement in turn made half as large again."""
    found = []
    for factor, match in itertools.product((1.5, 0.6), re.finditer(r"\d+(?:\.\d+)?(?= (?:mm|HU|mL|times|out))", text)):
        value = float(match.group()) * factor
        found.append(f"{text[: match.start()]}{value:.1f}{text[match.end() :]}")
    return found


def mutants(text: str) -> list[tuple[str, str]]:
    """(kind, false text) of one sentence of the closed grammar."""
    made = [("number", one) for one in numbers(text)]
    swaps = {
        "side": r"(?<=patient's )(?:left|right)", "zone": r"(?:left|right)(?= part of the image)", "plane": "axial",
        "modality": "computed tomography", "body part": "(?<=of the )abdomen", "comparison": "larger|smaller",
    }  # fmt: skip
    made += [(kind, new) for kind, pattern in swaps.items() if (new := swap(text, pattern))]
    if re.search(r"lies (?:inside|within) |is (?:located|contained) in ", text):
        if " the liver" in text:
            made.append(("organ", text.replace(" the liver", " the left kidney", 1)))
        made.append(("negation", re.sub(r"lies (inside|within) |is (located|contained) in ", r"is not \1\2 ", text)
                     .replace("not located ", "not in ").replace("not contained ", "not in ")))  # fmt: skip
    if "is larger than" in text:
        made.append(("negation", text.replace("is larger", "is not larger")))
    if " is located in the liver" in text or "lesion lies" in text:
        made.append(("absence", "There is no lesion."))
        made.append(("count", "Two lesions lie inside the liver."))
    if "there is no" in text.lower():
        made.append(("presence", re.sub("there is no", "there is a", text, flags=re.IGNORECASE)))
    return made


def told(scene: Scene) -> list[tuple[str | None, str, str, str]]:
    """(region, what stands before, sentence, what stands after) of the grounded texts of a scene, over several seeds: a
    sentence out of its paragraph would not say what "it" is."""
    found = []
    for seed in SEEDS:
        for _, region, text in texts(describe(scene, SPACE, "grounded", {}, seed), ()):
            sentences = re.split(r"(?<=\.) ", text.text)
            found += [
                (region, " ".join(sentences[:n]), sentence, " ".join(sentences[n + 1 :]))
                for n, sentence in enumerate(sentences)
            ]
    return sorted(set(found), key=str)


def bad(verdicts: list) -> bool:  # type: ignore[type-arg]
    return any(verdict.verdict == "contradicted" for verdict in verdicts)


def test_every_mutant_of_the_closed_grammar_is_contradicted() -> None:
    scene = told_abdomen()
    total, missed = {}, []
    for region, before, sentence, after in told(scene):
        whole = f"{before} {sentence} {after}"
        assert {v.verdict for v in check(whole, scene, SPACE, region)} <= {"supported"}, whole
        for kind, mutant in mutants(sentence):
            total[kind] = total.get(kind, 0) + 1
            if not bad(check(f"{before} {mutant} {after}", scene, SPACE, region)):
                missed.append((kind, before, mutant))
    kinds = {
        "number",
        "side",
        "zone",
        "plane",
        "modality",
        "body part",
        "comparison",
        "organ",
        "negation",
        "absence",
        "count",
    }
    assert kinds <= set(total), total
    assert sum(total.values()) > 140
    print(f"mutants: {total}, missed {len(missed)}")  # noqa: T201
    assert not missed, f"{len(missed)} of {sum(total.values())}: {missed}"


def many(space: LabelSpace) -> Scene:
    """Three nodules, two of them in the left lung, and twelve nuclei: by facts alone."""

    def fact(n: int, name: str, regions: tuple[str, ...], value: object, concept: Concept | None = None) -> Fact:
        return Fact.model_validate(
            {"id": f"f{n}", "predicate": name, "regions": regions, "value": value, "concept": concept}
        )  # fmt: skip

    base = told_abdomen()
    region = base.regions[0]
    concepts = {"r1": LEFT_LUNG, "r2": NODULE, "r3": NODULE, "r4": NODULE}
    regions = tuple(region.model_copy(update={"id": rid, "concept": c, "box": None}) for rid, c in concepts.items())
    facts = (
        fact(1, "modality", (), CT.label, CT), fact(2, "body_part", (), "chest", CHEST),
        fact(3, "present", ("r1",), True, LEFT_LUNG), fact(4, "present", ("r2", "r3", "r4"), True, NODULE),
        fact(5, "count", ("r2", "r3", "r4"), 3, NODULE), fact(6, "inside", ("r2", "r1"), 1.0),
        fact(7, "inside", ("r3", "r1"), 1.0), fact(8, "larger", ("r2", "r3"), 2.0),
        fact(9, "larger", ("r2", "r4"), 3.0),
        fact(10, "present", (), True, NUCLEUS), fact(11, "count", (), 12, NUCLEUS),
    )  # fmt: skip
    return base.model_copy(update={"regions": regions, "facts": facts})


TRUE_COUNTS = """
There are three pulmonary nodules.
Three nodules are seen.
Two nodules lie in the left lung.
Twelve nuclei are shown.
The number of nuclei is 12.
The largest of the three nodules lies in the left lung.
The largest nodule lies in the left lung.
""".strip().splitlines()

FALSE_COUNTS = """
There are four pulmonary nodules.
There are 13 nuclei.
The number of nuclei is 11.
There is a single nodule.
There are five lung nodules.
There are no nodules.
The largest of the four nodules lies in the left lung.
Nine nodules lie in the left lung.
""".strip().splitlines()


@pytest.mark.parametrize("text", TRUE_COUNTS)
def test_true_counts(text: str) -> None:
    assert {v.verdict for v in check(text, many(SPACE), SPACE)} == {"supported"}, check(text, many(SPACE), SPACE)


@pytest.mark.parametrize("text", FALSE_COUNTS)
def test_false_counts(text: str) -> None:
    assert bad(check(text, many(SPACE), SPACE)), check(text, many(SPACE), SPACE)


def test_a_claim_on_the_largest_is_held_to_all_regions() -> None:
    sizes = [Fact(id=f"f2{n}", predicate="area", regions=(f"r{n}",), value=90.0 - n, unit="px2") for n in (2, 3, 4)]
    scene = many(SPACE).model_copy(update={"facts": (*many(SPACE).facts, *sizes)})
    for region, expected in ((2, {"supported"}), (3, {"supported", "contradicted"})):
        said = f"The largest nodule covers {90 - region} px²."
        text = Text(text=said, claims=(Claim(span=(0, len(said)), fact=f"f2{region}"), Claim(span=(0, 8), fact="f4")))
        assert {v.verdict for v in check_text(text, scene, SPACE)} >= expected


def test_annotations_are_held_to_their_facts() -> None:
    scene = told_abdomen()
    text = describe(scene, SPACE, "grounded", {}, 1).overall
    assert {v.verdict for v in check_text(text, scene, SPACE)} == {"supported"}
    assert all(v.reason for v in check_text(text, scene, SPACE))
    lost = Text(text=text.text, claims=text.claims[1:])
    assert any("no claim covers it" in v.reason for v in check_text(lost, scene, SPACE))
    first = text.claims[0]
    for wrong in ({"fact": "f99"}, {"span": (0, len(text.text) + 1)}, {"fact": "f12"}):
        claims = (first.model_copy(update=wrong), *text.claims[1:])
        assert any(v.verdict != "supported" for v in check_text(Text(text=text.text, claims=claims), scene, SPACE)), (
            wrong
        )

"""Free text about a group of images: each sentence against those images that it names, and against what changed.

A sentence that names none must hold of one image as a whole; what it denies must be absent from each of them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from schemas import LabelSpace
from transforms.checks.claims.binding import bound
from transforms.checks.claims.certain import certain
from transforms.checks.claims.course import OF_EACH, Sentence, changed, count
from transforms.checks.claims.evidence import Evidence
from transforms.checks.claims.image_names import by_role, named_so
from transforms.checks.claims.judge import judge, rule
from transforms.checks.claims.members import Named, blanked, named
from transforms.checks.claims.model import ClaimVerdict, Parsed, unsure
from transforms.checks.claims.parse import parse
from transforms.checks.claims.peaks import peak
from transforms.checks.claims.ruling import Ruling
from transforms.checks.claims.selecting import on_view, selected
from transforms.checks.claims.sentences import sentences
from transforms.checks.claims.series import listed

_SPLIT = re.compile(r";|\bwhile\b|\bwhereas\b|\bbut\b")
_BETWEEN = re.compile(r"\bbetween\b", re.IGNORECASE)
_SHOWN = re.compile(r"(?:are|is|were|was) \w+|", re.IGNORECASE)
_EACH = re.compile(r"(?:both|each)\b", re.IGNORECASE)
ORDER = ("contradicted", "uncheckable", "supported")


def check_group(text: str, space: LabelSpace, known: Evidence) -> list[ClaimVerdict]:
    """The verdicts on free text about a group, in its order."""
    found: list[ClaimVerdict] = []
    for start, end in _clauses(text):
        found += _judged(Sentence(start, text[start:end], [], [], []), space, known)
    return found


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text, cut at semicolons."""
    for start, end in sentences(text):
        cuts = [start, *(start + match.end() for match in re.finditer(";", text[start:end])), end]
        yield from ((a, b) for a, b in pairwise(cuts) if text[a:b].strip())


def _judged(one: Sentence, space: LabelSpace, known: Evidence) -> list[ClaimVerdict]:
    parts = known.parts
    alone = parse(one.text, space, known.called)
    if any(claim.kind == "across" or (claim.measure or "").endswith("|this visit") for claim in alone):
        return [_moved(judge(claim, one.text, known), one.start) for claim in alone]
    count(one, len(parts), known.image_names)
    told = [*named(one.text, len(parts), _days(known)), *named_so(one.text, known.image_names)]
    told += by_role(one.text, known.roles)
    one.names = []
    for name in sorted(told, key=lambda name: (name.start, -name.end)):
        if not _inside((name.start, name.end), [*one.spans, *((other.start, other.end) for other in one.names)]):
            one.names.append(name)
    one.spans += [(name.start, name.end) for name in one.names]
    for name in one.names:
        wrong = name.said is not None and name.said != len(parts)
        wrong = wrong and not ((name.said or 0) < len(parts) and OF_EACH.search(one.text))  # "one of the two of a side"
        if wrong or any(not 1 <= number <= len(parts) for number in name.numbers):
            ruling = Ruling("contradicted", None, f"there are {len(parts)} images", "count")
            one.found.append(((name.start, name.end), ruling))
    if known.scene.group is not None and known.scene.group.timed:
        listed(one, space, known)
    if not one.found:
        peak(one, space, known)
    if not one.found or all(ruling.answer == "supported" for _, ruling in one.found):
        changed(one, space, known)
    rest = parse(blanked(one.text, one.spans), space, known.called)
    said = [ClaimVerdict((one.start + a, one.start + b), one.text[a:b], "across", ruling.answer, ruling.fact,
                         ruling.reason, (ruling.error or "comparison") if ruling.answer == "contradicted" else None)
            for (a, b), ruling in one.found]  # fmt: skip
    handled = any(ruling.answer == "contradicted" for _, ruling in one.found)
    kept = [] if handled else [_moved(verdict, one.start) for verdict in _of_images(one, rest, known)]
    if not one.found and _BETWEEN.search(one.text) and len(one.names) + sum(len(n.numbers) > 1 for n in one.names) > 1:
        kept = [unsure(verdict, "it is said of the time between them") for verdict in kept]
    return sorted([*said, *kept], key=lambda verdict: verdict.span)


def _days(known: Evidence) -> list[int | None]:
    group = known.scene.group
    return [member.days for member in group.shown] if group is not None and group.timed else []


def _moved(one: ClaimVerdict, by: int) -> ClaimVerdict:
    return one._replace(span=(one.span[0] + by, one.span[1] + by))


def _inside(span: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in spans)


def _of_images(one: Sentence, claims: Sequence[Parsed], known: Evidence) -> Iterator[ClaimVerdict]:
    """The rest of the sentence against the images that it names, or against one of all of them."""
    if one.found:  # "three radiographs are shown": of the count, that is
        claims = [
            claim
            for claim in claims
            if claim.kind != "uncheckable" or not _SHOWN.fullmatch(one.text[slice(*claim.span)])
        ]
    names = [name for name in one.names if not name.denied]
    alone = not one.names and not one.found and all(claim.kind in ALONE for claim in claims)
    several = [claim for claim in claims if alone and _one_of_many(claim, claims)]
    yield from (_any_image(claim, one, known) for claim in several)
    claims = [claim for claim in claims if claim not in several]
    if not claims:
        return
    if not names:
        yield from _unnamed(one, claims, known)
        return
    leads = all(claim.span[0] >= names[0].start for claim in claims)
    ends = [name.start if leads else name.end for name in names]
    for n, name in enumerate(names):
        own = [claim for claim in claims if _belongs(claim.span[0], n, ends, leads)]
        numbers = (
            on_view(name.numbers, own, one.text, known) if name.mode == "each" and not name.alone else name.numbers
        )
        yield from _named_verdicts(one, replace(name, numbers=numbers), own, known)


IMAGED = frozenset({"modality", "body_part", "presence"})
"""What the images show between them: both breasts."""
ALONE = frozenset({"modality", "stated", "presence", "body_part", "plane", "side", "identity"})
"""Kinds beside which a list of images is one: nothing is compared, placed or measured."""


def _one_of_many(claim: Parsed, claims: Sequence[Parsed]) -> bool:
    """ "CC and MLO views", "PET and CT": of what a sentence lists of several images, each is of one of them."""
    if claim.kind not in ("modality", "stated") or claim.negated or claim.hedged or claim.clouded:
        return False
    same = [one for one in claims if one.kind == claim.kind and one.measure == claim.measure and one.quantity is None]
    return len({(one.value, one.subject.slugs if one.subject else ()) for one in same}) > 1


def _any_image(claim: Parsed, one: Sentence, known: Evidence) -> ClaimVerdict:
    found = [judge(claim, one.text, part) for part in (*known.parts, known)]
    answers = [verdict.verdict for verdict in found]
    return found[answers.index("supported") if "supported" in answers else 0]


def _belongs(at: int, n: int, ends: Sequence[int], leads: bool) -> bool:
    """Whether a claim is of the nth name: of the last one before it, or, where names come after, of the next."""
    if leads:
        return ends[n] <= at and (n + 1 == len(ends) or at < ends[n + 1])
    return (n == 0 or at >= ends[n - 1]) and (at < ends[n] or n + 1 == len(ends))


def _named_verdicts(one: Sentence, name: Named, claims: Sequence[Parsed], known: Evidence) -> Iterator[ClaimVerdict]:
    parts = known.parts
    if any(not 1 <= number <= len(parts) for number in name.numbers):
        return
    verdicts = {n: _verdicts(claims, one, part) for n, part in enumerate(parts, 1)}
    holds = {n: _worst(found) for n, found in verdicts.items()}
    without = [n for other in one.names if other.denied for n in other.numbers if n in holds]
    without += [n for n in holds if name.alone and n not in name.numbers and n not in without]
    denied = [n for n in without if holds[n] == "supported"]
    if denied and claims:
        yield _said(claims, one, "contradicted", f"it holds of image {denied[0]}, too")
    elif without and any(holds[n] == "uncheckable" for n in without) and claims:
        yield _said(claims, one, "uncheckable", "whether it holds of the others is not known")
    elif name.mode in ("some", "none") and claims:
        yield _said(claims, one, *_how_many(holds, 0 if name.mode == "none" else name.count))
    else:
        own = [verdicts[n] for n in name.numbers]
        yield from min(own, key=lambda found: ORDER.index(_worst(found)), default=[])


def _verdicts(claims: Sequence[Parsed], one: Sentence, part: Evidence) -> list[ClaimVerdict]:
    found = certain([(claim, judge(claim, one.text, part)) for claim in bound(claims, part, rule)], one.text)
    return [verdict for claim, verdict in found if not claim.presupposed or verdict.verdict != "uncheckable"]


def _how_many(holds: dict[int, str], count: int) -> tuple[str, str]:
    such, open_ = list(holds.values()).count("supported"), list(holds.values()).count("uncheckable")
    if open_ and such <= count:
        return "uncheckable", "it is not known of all images"
    return ("supported" if such == count else "contradicted"), f"it holds of {such}"


def _said(claims: Sequence[Parsed], one: Sentence, answer: str, reason: str) -> ClaimVerdict:
    span = (claims[0].span[0], max(claim.span[1] for claim in claims))
    error = "count" if answer == "contradicted" else None
    return ClaimVerdict(span, one.text[slice(*span)], "across", answer, None, reason, error)  # type: ignore[arg-type]


def _worst(found: Iterable[ClaimVerdict]) -> str:
    answers = {verdict.verdict for verdict in found}
    return next((answer for answer in ORDER if answer in answers), "uncheckable")


def _unnamed(one: Sentence, claims: Sequence[Parsed], known: Evidence) -> Iterator[ClaimVerdict]:
    """What names no image: what is denied must be absent from each, the rest be true of one, clause by clause."""
    cuts = [0, *(match.start() for match in _SPLIT.finditer(one.text)), len(one.text)]
    for a, b in pairwise(cuts):
        own = [claim for claim in claims if a <= claim.span[0] < b]
        if (told := selected(own, one.text, known)) is not None:
            for said, numbers in told:
                each_image = [_verdicts(said, one, known.parts[n]) for n in numbers]
                worst = min(each_image, key=lambda found: ORDER.index(_worst(found)))
                others = [_verdicts(said, one, part) for part in known.parts]
                unread = any(verdict.verdict == "uncheckable" for verdict in worst)
                yield from (_elsewhere(verdict, others, n) for n, verdict in enumerate(worst)) if unread else worst
            continue
        denied = [claim for claim in own if claim.kind == "absence"]
        rest = [claim for claim in own if claim not in denied]
        such = [part for part in known.parts if _worst(judge(claim, one.text, part) for claim in rest) == "supported"]
        for claim in denied:
            each = [judge(claim, one.text, part) for part in (such if rest and such else known.parts)]
            yield min(each, key=lambda verdict: ORDER.index(verdict.verdict))
        found = [_verdicts(rest, one, part) for part in known.parts]
        if rest:
            best = max(found, key=_score)
            whole = _verdicts(rest, one, known)
            best = [_elsewhere(verdict, found, n) for n, verdict in enumerate(best)]
            of_all = _worst(whole) == "supported" and all(claim.kind in IMAGED for claim in rest)
            yield from max((best, whole), key=_score) if _worst(best) == "uncheckable" or of_all else best


def _elsewhere(one: ClaimVerdict, found: Sequence[Sequence[ClaimVerdict]], n: int) -> ClaimVerdict:
    """The nth verdict on what names no image, unsure where it is right of another image than the rest is."""
    if one.kind in ("body_part", "presence") and _EACH.match(one.text):
        return unsure(one, "one of them is on another image")  # "both breasts"
    other = any(len(said) > n and said[n].span == one.span and said[n].verdict == "supported" for said in found)
    return unsure(one, "of which image that is said cannot be told") if other else one


def _score(found: Sequence[ClaimVerdict]) -> tuple[int, int]:
    answers = [verdict.verdict for verdict in found]
    return -answers.count("contradicted"), answers.count("supported")

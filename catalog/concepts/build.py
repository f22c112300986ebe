"""Makes catalog/concepts/{modality,anatomy,finding,attribute}.yaml, the label space, from wanted/*.yaml.

To add a concept:
1. `python -m catalog.concepts.find "cotton wool spot"`: is it there already, and which codes fit?
2. write one line into the file of your topic, catalog/concepts/wanted/<topic>.yaml (see below);
3. `python -m catalog.concepts.build`, which refuses what cannot be right and says what to do.

    finding below retina:                        # the facet, and parents of all below that name none themselves
      cotton_wool_spot: {code: "HP:...", plural: true, synonyms: [soft exudate]}
      drusen: HP:0011510                         # the code alone will often do
      laser_scar:                                # no code fits: the system is then TRIPTYCH

`code` is SYSTEM:code (SYSTEMS below). `label` is the slug's words unless given. `parents` stand alone where given; else
they are the section's and those that the terminology puts above the term and that are in the space. `synonyms`, where
not given, are the exact ones of HP, MONDO, UBERON, CL, EFO and PATO that no other concept is called by, three at most.
`plural: true` is the regular one; without plural a thing is not counted: the liver has none. `mass: true` takes no
article; `many: true` is a plural itself (drusen). `picture` is what one picture of a modality is called: "CT image".
Capitals and the "the" of "head of the pancreas" are put in (schemas/spelling.py, `written`). `sides: true` makes left_
and right_ too. `side`, `laterality` and `pair` are for sides with codes of their own. `source` says where a
code was read that the packages do not have.

Where things go: cells, tissues, organelles and landmarks of the body are anatomy. Diseases, lesions, ECG rhythms,
organisms, grades of a disease ("severe ..."), instruments and devices (below `instrument`, `support_device`), and the
phases and actions of an operation (below `surgical_phase`, `surgical_action`) are findings: they are seen, or not, in a
picture. Views, image quality, scales and measurements are attributes: they are said of a picture or of a thing.
"""

import fcntl
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from catalog.concepts.parents import all_parents
from catalog.concepts.terminologies import OBO, Term, Terminologies
from catalog.concepts.wanted import Wanted, read_wanted
from catalog.errors import CatalogError
from catalog.load import FACETS, read_labelspace
from schemas.spelling import spelled

FOLDER = Path(__file__).parent
SYSTEMS = ("SCT", "DCM", "RADLEX", "UBERON", "CL", "HP", "MONDO", "EFO", "PATO", "ICD10CM", "LN", "NCIt", "MDC")
SYNONYMS_OF = ("HP", *OBO)
WRITE_ORDER = ("modality", "anatomy", "attribute", "finding")  # what others point at goes first
FIRST_LINE = "# Made by `python -m catalog.concepts.build` out of wanted/*.yaml: change those, not this file.\n"
GRAMMAR = frozenset(
    ["of", "the", "left", "right", "structure", "body", "bone", "entire", "and", "or", "in", "to", "a", "an"]
)


def build(wanted: Path, terms: Terminologies) -> dict[str, str]:
    """Facet -> its file's text. Raises CatalogError for a code, a name or a link that cannot be right."""
    choices = read_wanted(wanted)
    found = {one.slug: checked_term(one, terms) for one in choices}
    names = _own_names(choices)
    _one_code_one_thing(choices)
    _links_lead_somewhere(choices)
    parents = all_parents(choices, found, terms)
    extra = _extra_synonyms(choices, found, names)
    organs = frozenset(one.label for one in choices if one.facet == "anatomy" and not one.uncounted)
    lines: dict[str, list[str]] = {facet: [FIRST_LINE] for facet in FACETS}
    topic = ""
    for one in choices:
        if one.file != topic:
            topic = one.file
            for facet in sorted({other.facet for other in choices if other.file == topic}):
                lines[facet].append(f"\n# {topic}\n")
        whole = _body(one, parents[one.slug], extra.get(one.slug, ()), organs)
        body = yaml.dump(
            whole, Dumper=yaml.CSafeDumper, default_flow_style=True, sort_keys=False, width=10**6, allow_unicode=True
        )
        body = re.sub(r"code: ([0-9][\w:.-]*),", r"code: '\1',", body, count=1)  # no reader is to take it for a number
        lines[one.facet].append(f"{one.slug}: {body}")
    return {facet: "".join(text) for facet, text in lines.items()}


def written(name: str, organs: frozenset[str]) -> str:
    """A name as texts print it: "head of pancreas" -> "head of the pancreas", "st-t change" -> "ST-T change"."""
    before, link, organ = name.rpartition(" of ")
    return spelled(f"{before}{link}the {organ}" if link and organ in organs else name)


def _body(one: Wanted, parents: list[str], extra: tuple[str, ...], organs: frozenset[str]) -> dict[str, Any]:
    choice = one.choice
    system, code = choice.code.split(":", 1) if choice.code else ("TRIPTYCH", one.slug)
    label = written(one.label, organs)
    body: dict[str, Any] = {"system": system, "code": code, "label": label}
    plural = label if choice.many else written(one.plural, organs) if one.plural else None
    rest = {
        "laterality": choice.laterality, "side": None if choice.laterality else choice.side, "pair": choice.pair,
        "plural": plural, "mass": one.uncounted, "picture": choice.picture, "parents": parents,
        "synonyms": [*(choice.synonyms or ()), *extra],
    }  # fmt: skip
    return body | {key: value for key, value in rest.items() if value}


def checked_term(one: Wanted, terms: Terminologies) -> Term | None:
    """The term of a choice; None without a code, or with one that has a source of its own. Raises CatalogError."""
    code = one.choice.code
    if code is None or one.choice.source:
        return None
    if code.split(":", 1)[0] not in SYSTEMS:
        raise CatalogError(one.file, f"{one.slug}.code", f"{code!r} must begin with one of {', '.join(SYSTEMS)}")
    term = terms.get(code)
    look = f"look for another: python -m catalog.concepts.find {one.label!r}"
    if term is None:
        raise CatalogError(one.file, f"{one.slug}.code", f"{code} is in no package; {look}")
    if term.obsolete:
        raise CatalogError(one.file, f"{one.slug}.code", f"{code} ({term.label}) is obsolete; {look}")
    said = content_words(one.label, *(one.choice.synonyms or ()))
    if not said & content_words(term.label, *term.names):
        action = (
            f"means {term.label!r}, no word of which is in the label; correct it, or say {term.label!r} in synonyms"
        )
        raise CatalogError(one.file, f"{one.slug}.code", f"{code} {action}")
    return term


def content_words(*names: str) -> set[str]:
    """The words that carry the meaning, without a plural's s."""
    found: set[str] = set()
    for name in names:
        words = {word.removesuffix("s") for word in re.findall(r"[a-z0-9]+", name.lower())}
        found |= words - GRAMMAR or words
    return found


def _own_names(choices: list[Wanted]) -> dict[str, Wanted]:
    """Every label, plural and chosen synonym, each leading to one concept. Raises CatalogError."""
    found: dict[str, Wanted] = {}
    for one in choices:
        many = one.plural
        for name in dict.fromkeys((one.label.lower(), *(one.choice.synonyms or ()), *([many.lower()] if many else []))):
            if name != name.lower().strip():
                raise CatalogError(
                    one.file, f"{one.slug}.synonyms", f"{name!r} must be lower case without blanks round it"
                )
            other = found.setdefault(name, one)
            if other is not one:
                action = f"{name!r} also names {other.slug} ({other.file}); use that one, or take the name from one"
                raise CatalogError(one.file, one.slug, action)
    return found


def _one_code_one_thing(choices: list[Wanted]) -> None:
    found: dict[tuple[str, str | None], Wanted] = {}
    for one in choices:
        if one.choice.code:
            other = found.setdefault((one.choice.code, one.choice.laterality), one)
            if other is not one:
                action = (
                    f"{one.choice.code} is the code of {other.slug} ({other.file}); use that concept or another code"
                )
                raise CatalogError(one.file, f"{one.slug}.code", action)


def _links_lead_somewhere(choices: list[Wanted]) -> None:
    slugs = {one.slug for one in choices}
    for one in choices:
        for slug in (*(one.choice.parents or ()), *one.below, *([one.choice.pair] if one.choice.pair else [])):
            if slug not in slugs:
                raise CatalogError(one.file, one.slug, f"no concept {slug!r}; add it or correct the slug")


def _extra_synonyms(
    choices: list[Wanted], found: dict[str, Term | None], names: dict[str, Wanted]
) -> dict[str, tuple[str, ...]]:
    """The terminologies' exact synonyms for those who chose none: short, plain, and nobody else's."""
    offered: dict[str, list[str]] = {}
    for one in choices:
        term = found[one.slug]
        if term and one.choice.synonyms is None and term.id.split(":")[0] in SYNONYMS_OF:
            plain = (name.lower() for name in (term.label, *term.names))
            kept = [name for name in plain if re.fullmatch(r"[a-z][a-z '-]{5,39}", name) and name.count(" ") < 4]
            offered[one.slug] = [name for name in dict.fromkeys(kept) if name not in names]
    times: dict[str, int] = {}
    for kept in offered.values():
        for name in kept:
            times[name] = times.get(name, 0) + 1
    return {slug: tuple(name for name in kept if times[name] == 1)[:3] for slug, kept in offered.items()}


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keeps other builds of this folder waiting."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write(folder: Path, texts: dict[str, str]) -> list[str]:
    """Puts the new files in place of the old once the whole space has been read back, and names those that changed."""
    changed = []
    with tempfile.TemporaryDirectory(prefix=".build-", dir=folder) as name:
        for facet, text in texts.items():
            (Path(name) / f"{facet}.yaml").write_text(text, encoding="utf-8")
        read_labelspace(Path(name))
        for facet in WRITE_ORDER:
            path = folder / f"{facet}.yaml"
            if not path.is_file() or path.read_text(encoding="utf-8") != texts[facet]:
                (Path(name) / path.name).replace(path)
                changed.append(path.name)
    return changed


def main() -> int:
    try:
        with locked(FOLDER):
            texts = build(FOLDER / "wanted", Terminologies())
            changed = write(FOLDER, texts)
    except CatalogError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    count = sum(line[:1] not in ("", "#") for text in texts.values() for line in text.splitlines())
    sys.stdout.write(f"{count} concepts; changed: {', '.join(changed) or 'nothing'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The parents of concepts: chosen ones, and those that the terminologies put above a term."""

from catalog.concepts.terminologies import Term, Terminologies
from catalog.concepts.wanted import Wanted
from catalog.errors import CatalogError

# A SNOMED CT code comes without its hierarchy (pydicom has none): a term of these with the same label lends its own.
LENDERS = {"anatomy": ("UBERON", "CL"), "finding": ("HP", "MONDO"), "attribute": (), "modality": ()}


def all_parents(choices: list[Wanted], found: dict[str, Term | None], terms: Terminologies) -> dict[str, list[str]]:
    """Slug -> its parents: only nearest ones, so that none is above another.

    Chosen parents stand as they are; without them, the section's come first, then the terminology's, nearest first.
    Raises CatalogError where they lead back to where they began.
    """
    by_id, by_name = _by_id(choices, found), _by_name(choices)
    wide: dict[str, list[str]] = {}
    for one in choices:
        if one.choice.parents is not None:
            wide[one.slug] = list(one.choice.parents)
            continue
        term = found[one.slug]
        if term is None or not term.ancestors:
            term = _lender(one, terms)
        above = (
            [by_id.get(name) or by_name.get((one.facet, _label(terms, name))) for name in term.ancestors]
            if term
            else []
        )
        wide[one.slug] = [slug for slug in dict.fromkeys((*one.below, *above)) if slug and slug != one.slug]
    closed = _closure(wide)
    for one in choices:
        if one.choice.parents is not None and one.slug in closed[one.slug]:
            raise CatalogError(one.file, f"{one.slug}.parents", "lead back to itself; break the circle")
    chosen = {one.slug for one in choices if one.choice.parents is not None}
    return {slug: parents if slug in chosen else _nearest(slug, parents, closed) for slug, parents in wide.items()}


def _by_id(choices: list[Wanted], found: dict[str, Term | None]) -> dict[str, str]:
    return {term.id: one.slug for one in choices if not one.sided and (term := found[one.slug])}


def _by_name(choices: list[Wanted]) -> dict[tuple[str, str], str]:
    """(facet, label) -> slug; a chosen synonym serves as well, a label goes first."""
    names = {(one.facet, name): one.slug for one in choices if not one.sided for name in one.choice.synonyms or ()}
    return names | {(one.facet, one.label.lower()): one.slug for one in choices if not one.sided}


def _label(terms: Terminologies, name: str) -> str:
    term = terms.get(name)
    return term.label.lower() if term else ""


def _lender(one: Wanted, terms: Terminologies) -> Term | None:
    found = (terms.labelled(one.label, system) for system in LENDERS[one.facet])
    return next((term for term in found if term), None)


def _closure(parents: dict[str, list[str]]) -> dict[str, set[str]]:
    """Slug -> everything above it."""
    closed: dict[str, set[str]] = {}
    for slug in parents:
        seen: set[str] = set()
        queue = list(parents[slug])
        while queue:
            parent = queue.pop()
            if parent not in seen:
                seen.add(parent)
                queue.extend(parents.get(parent, ()))
        closed[slug] = seen
    return closed


def _nearest(slug: str, parents: list[str], closed: dict[str, set[str]]) -> list[str]:
    """Those parents that are not above another one; none that lies below the slug itself."""
    kept = [parent for parent in parents if slug not in closed.get(parent, ())]
    return [one for one in kept if not any(one in closed.get(other, ()) for other in kept if other != one)]

"""Makes transforms/mentions/terminologies.yaml: further names of our concepts in HP, MONDO, UBERON, CL and EFO.

`python -m catalog.concepts.further` (terminologies: `python -m catalog.concepts.terminologies`). The label space takes
three synonyms of a concept at most, for texts to be written; for texts to be read, all exact ones that no other has.
"""

import sys
from pathlib import Path

import yaml

from catalog.concepts.terminologies import Terminologies
from catalog.errors import CatalogError
from catalog.load import read_labelspace
from schemas import LabelSpace
from transforms.checks.claims.lexicon import normal

FOLDER = Path(__file__).parent
OUT = FOLDER.parents[1] / "transforms" / "mentions" / "terminologies.yaml"
SYSTEMS = frozenset({"HP", "MONDO", "UBERON", "CL", "EFO"})
FIRST = "# Made by `python -m catalog.concepts.further`: exact synonyms of HP, MONDO, UBERON, CL and EFO, by slug.\n"
LONGEST = 5
"""Words of a name at most: longer ones are definitions rather than names."""


def further(space: LabelSpace, terms: Terminologies) -> dict[str, str]:
    """{slug: names, joined by |}; of a concept with sides none, as its terms have none."""
    used = {normal(name) for entry in space for name in (entry.concept.label, *entry.synonyms)}
    found: dict[str, list[str]] = {}
    for entry in sorted(space, key=lambda entry: entry.slug):
        term = terms.get(f"{entry.concept.system}:{entry.concept.code}") if entry.concept.system in SYSTEMS else None
        if term is None or entry.side or entry.concept.laterality:
            continue
        for name in (term.label, *term.names):
            words = normal(name)
            if words not in used and 0 < len(words) <= LONGEST and len(name) > 3 and "|" not in name:
                used.add(words)
                found.setdefault(entry.slug, []).append(name.lower())
    return {slug: " | ".join(names) for slug, names in found.items()}


def main() -> int:
    try:
        found = further(read_labelspace(FOLDER), Terminologies())
    except CatalogError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    OUT.write_text(FIRST + yaml.safe_dump(found, allow_unicode=True, width=10_000), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

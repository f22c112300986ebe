"""`python -m catalog.concepts.find TEXT...`: the concepts that a text names, and the codes that could stand for it."""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from catalog.concepts.terminologies import Terminologies
from catalog.concepts.wanted import regular_plural
from catalog.errors import CatalogError
from catalog.load import read_labelspace
from schemas import Entry

FOLDER = Path(__file__).parent


def slugs(text: str, entries: list[Entry]) -> list[Entry]:
    """The entries that a text names, best first: by slug or name, then by all of its words in one name."""
    plain = " ".join(re.findall(r"[a-z0-9]+", text.lower()))
    words = set(plain.split())
    ranked: list[tuple[int, int, str, Entry]] = []
    for entry in entries:
        names = [" ".join(re.findall(r"[a-z0-9]+", name.lower())) for name in _names(entry)]
        if plain in names:
            ranked.append((0, 0, entry.slug, entry))
        elif words and any(words <= set(name.split()) for name in names):
            ranked.append((1, min(len(name) for name in names if words <= set(name.split())), entry.slug, entry))
        elif any(len(name.split()) > 1 and set(name.split()) < words for name in names):
            ranked.append((2, -max(len(name) for name in names), entry.slug, entry))
    return [entry for *_, entry in sorted(ranked, key=lambda row: row[:3])]


def _names(entry: Entry) -> list[str]:
    plural = entry.plural or regular_plural(entry.concept.label)
    return [entry.slug.replace("_", " "), entry.concept.label, plural, *entry.synonyms]


def find(text: str, entries: list[Entry], terms: Terminologies, limit: int) -> dict[str, Any]:
    """{"text", "slugs": [{slug, facet, label, code}], "codes": [{code, label, synonyms}]}."""
    return {
        "text": text,
        "slugs": [
            {"slug": e.slug, "facet": e.facet, "label": e.concept.label, "code": f"{e.concept.system}:{e.concept.code}"}
            for e in slugs(text, entries)[:limit]
        ],
        "codes": [{"code": t.id, "label": t.label, "synonyms": t.names[:3]} for t in terms.search(text, limit)],
    }


def _show(found: dict[str, Any]) -> str:
    lines = [f"{found['text']}"]
    lines += [f"  slug  {row['slug']:<40} {row['facet']:<9} {row['label']}  [{row['code']}]" for row in found["slugs"]]
    lines += ["  slug  none"] if not found["slugs"] else []
    lines += [f"  code  {row['code']:<20} {row['label']}  ({'; '.join(row['synonyms'])})" for row in found["codes"]]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text", nargs="+", help="a label, quoted where it has several words")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--limit", type=int, default=10, help="how many slugs and codes at most (10)")
    asked = parser.parse_args()
    try:
        entries, terms = list(read_labelspace(FOLDER)), Terminologies()
    except CatalogError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    found = [find(text, entries, terms, asked.limit) for text in asked.text]
    sys.stdout.write(json.dumps(found, indent=1) + "\n" if asked.json else "".join(map(_show, found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

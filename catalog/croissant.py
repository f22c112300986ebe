"""A card as Croissant 1.1 metadata, a JSON-LD that search engines and loaders read.

Format: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html.
"""

from copy import deepcopy
from typing import Any

from schemas import DatasetCard, LabelSpace, Obtain, spdx
from transforms.shards.croissant_context import CONTEXT, VERSION
from transforms.shards.licence import licence_of
from transforms.shards.odrl import policy


def to_croissant(card: DatasetCard, space: LabelSpace) -> dict[str, Any]:
    """The card's metadata: terms, the archives with their checksums, the members used, and the label map with codes.

    A set that no package carries has no distribution: `url` leads to where its publisher hands it out.
    """
    document: dict[str, Any] = {
        "@context": deepcopy(CONTEXT),  # readers write into it
        "@type": "sc:Dataset",
        "@id": card.id,
        "conformsTo": VERSION,
        "name": card.id,
        "alternateName": card.name,
        "description": card.summary,
        "url": card.homepage,
        "license": _licence(card),
        "conditionsOfAccess": _access(card),
        "usageInfo": [policy(licence_of(card), card.homepage), *_of_annotations(card)],
        "creditText": card.terms.attribution,
        "citeAs": card.citation,
        "version": card.version.split()[-1],
        "keywords": [*(space.concept(slug).label for slug in (*card.modalities, *card.anatomy)), *card.tasks],
        "distribution": [node for source in card.obtain for node in _distribution(source)] + _known_files(card),
    }
    if card.doi:
        document["identifier"] = f"https://doi.org/{card.doi}"
    if card.year:
        document["datePublished"] = f"{card.year}-01-01"
    if labels := _labels(card, space):
        document["recordSet"] = [labels]
    return document


def _licence(card: DatasetCard) -> str | list[str]:
    """Addresses, as the specification asks: SPDX's page of each licence, and for terms that SPDX does not know the page
    where they are to be read. Where nobody found a licence that page is all there is: `conditionsOfAccess` says so."""
    found = spdx.urls(card.terms.licence)
    if len(found) < len(spdx.parts(card.terms.licence)):
        found.append(card.terms.url or card.homepage)
    return found[0] if len(found) == 1 else found


def _of_annotations(card: DatasetCard) -> list[dict[str, Any]]:
    """What may be done with what is said of the images, where the terms treat that apart."""
    if card.terms.annotations is None:
        return []
    return [policy(licence_of(card, "annotations"), f"{card.homepage}#annotations")]


def _access(card: DatasetCard) -> str:
    how = "credentialed users only" if card.terms.credentialed else card.terms.access
    return f"{how}; no licence is known" if card.terms.licence == spdx.UNKNOWN else how


def _known_files(card: DatasetCard) -> list[dict[str, Any]]:
    """Files that the publisher hands out and whose checksum is known. Croissant asks for a checksum, so the others are
    not listed: nothing is made up in its place."""
    return [
        {
            "@type": "cr:FileObject", "@id": file.file, "name": file.file, "contentUrl": file.url or file.file,
            "encodingFormat": "application/octet-stream", "sha256": file.sha256,
        }
        for file in card.download if file.sha256
    ]  # fmt: skip


def _distribution(source: Obtain) -> list[dict[str, Any]]:
    """The archive (a file of a registry package, named and not addressed: any mirror will do) and its members."""
    archive = {
        "@type": "cr:FileObject",
        "@id": source.file,
        "name": source.file,
        "description": f"File of the package {source.package} {source.version}.",
        "contentUrl": source.file,
        "encodingFormat": "application/x-tar" if ".tar" in source.file else "application/zip",
        "sha256": source.sha256,
    }
    members = {
        "@type": "cr:FileSet",
        "@id": f"{source.file}/members",
        "name": f"members of {source.package}",
        "containedIn": {"@id": source.file},
        "encodingFormat": "application/octet-stream",
        "includes": list(source.include),
    }
    if source.exclude:
        members["excludes"] = list(source.exclude)
    return [archive, members]


def _labels(card: DatasetCard, space: LabelSpace) -> dict[str, Any] | None:
    """The label map as an inline record set: the published value, the concept's label, its coding system and code."""
    mapped = {value: space.concept(slug) for value, slug in card.layout.labels.items() if slug}
    if not mapped:
        return None
    fields = ("value", "label", "system", "code")
    return {
        "@type": "cr:RecordSet",
        "@id": "labels",
        "name": "labels",
        "dataType": "sc:Enumeration",
        "key": {"@id": "labels/value"},
        "field": [
            {"@type": "cr:Field", "@id": f"labels/{name}", "name": name, "dataType": "sc:Text"} for name in fields
        ],
        "data": [
            {f"labels/{name}": text for name, text in zip(fields, (value, c.label, c.system, c.code), strict=True)}
            for value, c in mapped.items()
        ],
    }

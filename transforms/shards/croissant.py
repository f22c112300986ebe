"""croissant.json: the corpus in MLCommons' Croissant 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec.html)."""

import json
from collections.abc import Iterable
from typing import Any

from schemas import DatasetCard, Licence, Recipe, spdx
from transforms.shards.licence import leaving
from transforms.shards.manifest import Manifest
from transforms.shards.odrl import policy

NAME = "croissant.json"
VERSION = "http://mlcommons.org/croissant/1.0"
# Ending of a member -> record set, media type, type of its content, what it says.
KINDS = {
    "json": ("samples", "application/json", "sc:Text",
             "Samples: regions, facts, texts with their claims, questions, reasoning, licence, provenance."),
    "png": ("images", "image/png", "sc:ImageObject",
            "Member png is the image, lossless; 0.png, 1.png, ... are frames of a clip or images of a group. Members "
            "mask.png, mask1.png, ... (of one of several: 0.mask.png) are index masks: the pixel value is the number "
            "in the region's id, 0 is no region."),
    "gz": ("volumes", "application/gzip", "sc:Text",
           "Member nii.gz is a volume, gzipped NIfTI-1 in the source's values; 0.nii.gz, 1.nii.gz, ... are those of a "
           "group. Members mask.nii.gz, mask1.nii.gz, ... are index volumes on its grid: a voxel's value is the "
           "number in the region's id."),
    "txt": ("documents", "text/plain", "sc:Text", "Documents."),
    "npy": ("signals", "application/x-npy", "sc:Text", "Signals: float32, samples x channels, NumPy format."),
}  # fmt: skip
FILE_NAME = r"^(?:.*/)?([^./]+)\.(.+)$"
# The JSON-LD context that Croissant 1.0 prescribes (specification, appendix 1).
CONTEXT: dict[str, Any] = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column",
    "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty", "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract", "field": "cr:field",
    "fileObject": "cr:fileObject", "fileProperty": "cr:fileProperty", "fileSet": "cr:fileSet", "format": "cr:format",
    "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key",
    "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet", "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated",
    "replace": "cr:replace", "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source",
    "subField": "cr:subField", "transform": "cr:transform",
}  # fmt: skip


def croissant(manifest: Manifest, recipe: Recipe, cards: Iterable[DatasetCard]) -> str:
    """The text of croissant.json: a file object a shard with its SHA-256, a file set and a record set a kind of member.

    Paths are relative to the file. Record sets share the key, which is the file's name up to
    the first dot; `references` would say so, but mlcroissant cannot join two sets of files.
    """
    ordered = sorted(cards, key=lambda card: card.id)
    licences = {card.id: leaving(card, manifest.use) for card in ordered}
    endings = sorted({"json"} | {member.rpartition(".")[2] for member in manifest.members})
    value = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        "name": manifest.name,
        "description": recipe.summary,
        "version": manifest.version,
        "license": sorted({address for own in licences.values() for address in _licences(own)}),
        "creditText": "\n".join(f"{card.name}: {' '.join(card.terms.attribution.split())}" for card in ordered),
        "citeAs": "\n".join(" ".join(card.citation.split()) for card in ordered),
        "isBasedOn": [_source(card, licences[card.id]) for card in ordered],
        "url": ".",
        "distribution": [*(_shard(entry.name, entry.bytes, entry.sha256) for entry in manifest.shards),
                         *(_file_set(manifest, ending) for ending in endings)],
        "recordSet": [_record_set(ending) for ending in endings],
    }  # fmt: skip
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _source(card: DatasetCard, licence: Licence) -> dict[str, Any]:
    """A data set that samples come from, with the terms under which its samples leave. mlcroissant takes any sc:Dataset
    of the file for the one that it describes, so a source is called a CreativeWork."""
    return {
        "@type": "sc:CreativeWork",
        "@id": f"source-{card.id}",
        "name": card.name,
        "url": card.homepage,
        "version": card.version,
        "license": _licences(licence),
        "creditText": " ".join(licence.attribution.split()),
        "citation": " ".join(card.citation.split()),
        "usageInfo": policy(licence, card.homepage),
    }


def _licences(licence: Licence) -> list[str]:
    """The addresses of a licence's parts; for terms without an SPDX id the page that states them."""
    found = spdx.urls(licence.id)
    if len(found) < len(spdx.parts(licence.id)):
        found.append(licence.url or licence.id)
    return found


def _shard(name: str, size: int, sha256: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{size} B",
        "encodingFormat": "application/x-tar",
        "sha256": sha256,
    }


def _file_set(manifest: Manifest, ending: str) -> dict[str, Any]:
    name, media_type, _, says = KINDS[ending]
    return {
        "@type": "cr:FileSet",
        "@id": f"{name}-files",
        "name": f"{name}-files",
        "description": says,
        "containedIn": [{"@id": entry.name} for entry in manifest.shards],
        "encodingFormat": media_type,
        "includes": f"*.{ending}",
    }


def _record_set(ending: str) -> dict[str, Any]:
    """A record a file: the sample's key, which member of the sample it is, and its content."""
    name, _, kind, says = KINDS[ending]
    key = _field(
        name,
        "key",
        "sc:Text",
        "The sample's key, the same in every record set.",
        {"extract": {"fileProperty": "filename"}},
    )
    key["source"]["transform"] = {"regex": FILE_NAME.replace("(.+)", ".+")}
    member = _field(name, "member", "sc:Text", "The member, as `media[].name` in the sample.",
                    {"extract": {"fileProperty": "filename"}})  # fmt: skip
    member["source"]["transform"] = {"regex": FILE_NAME.replace("([^./]+)", "[^./]+")}
    content = _field(name, "content", kind, says, {"extract": {"fileProperty": "content"}})
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": says,
        "key": [{"@id": f"{name}/key"}, {"@id": f"{name}/member"}],
        "field": [key, member, content],
    }


def _field(record_set: str, name: str, kind: str, says: str, source: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{record_set}/{name}",
        "name": name,
        "description": says,
        "dataType": kind,
        "source": {"fileSet": {"@id": f"{record_set}-files"}, **source},
    }

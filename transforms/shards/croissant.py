"""croissant.json: the corpus in MLCommons' Croissant 1.1 (https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html).

Where each record set comes from, and who drew and wrote it, is told in PROV-O (https://www.w3.org/TR/prov-o/), as that
specification recommends. No time is told: the same corpus has the same bytes.
"""

import json
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from schemas import DatasetCard, Licence, Recipe, spdx
from transforms.shards.bibtex import bibtex
from transforms.shards.croissant_context import CONTEXT, VERSION
from transforms.shards.layers import TEXT, WORDS, is_layered
from transforms.shards.licence import leaving
from transforms.shards.manifest import Manifest
from transforms.shards.odrl import policy
from transforms.shards.stats import Stats
from transforms.shards.tar import ShardInfo

NAME = "croissant.json"
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


def croissant(manifest: Manifest, stats: Stats, recipe: Recipe, cards: Iterable[DatasetCard]) -> str:
    """The text of croissant.json: a file object a shard with its SHA-256, a file set and a record set a kind of member.

    Paths are relative to the file. Record sets share the key, which is the file's name up to the first dot;
    `references` would say so, but mlcroissant cannot join two sets of files. `isBasedOn` has the sources, each with its
    licence; record sets are derived from those of them that have such members.
    """
    ordered = sorted(cards, key=lambda card: card.id)
    licences = {card.id: leaving(card, manifest.use) for card in ordered}
    endings = sorted({"json"} | {member.rpartition(".")[2] for member in manifest.members})
    value = {
        "@context": deepcopy(CONTEXT),  # readers write into it
        "@type": "sc:Dataset",
        "@id": manifest.name,
        "conformsTo": VERSION,
        "name": manifest.name,
        "description": recipe.summary,
        "version": manifest.version,
        "license": sorted({address for own in licences.values() for address in _licences(own)}),
        "creditText": "\n".join(f"{card.name}: {' '.join(card.terms.attribution.split())}" for card in ordered),
        "citeAs": bibtex(recipe.name, recipe.title, recipe.version, ordered),
        "isBasedOn": [_source(card, licences[card.id]) for card in ordered],
        "url": ".",
        "prov:wasDerivedFrom": [{"@id": _id(card.id)} for card in ordered],
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "prov:label": f"recipe {manifest.name} {manifest.version}, SHA-256 {manifest.recipe_sha256}",
            "prov:wasAssociatedWith": {"@type": "prov:SoftwareAgent", "prov:label": "Triptych"},
        },
        "distribution": [*(_shard(tar) for entry in manifest.shards for tar in entry.tars),
                         *(_file_set(manifest, ending) for ending in endings)],
        "recordSet": [_record_set(ending) | _provenance(ending, stats) for ending in endings],
    }  # fmt: skip
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _id(dataset: str) -> str:
    return f"source/{dataset}"


def _source(card: DatasetCard, licence: Licence) -> dict[str, Any]:
    """A data set that samples come from, with the terms under which its samples leave. mlcroissant takes any sc:Dataset
    of the file for the one that it describes, so a source is called a CreativeWork."""
    found = {
        "@type": ["sc:CreativeWork", "prov:Entity"],
        "@id": _id(card.id),
        "name": card.name,
        "url": card.homepage,
        "version": card.version,
        "license": _licences(licence),
        "creditText": " ".join(licence.attribution.split()),
        "citation": " ".join(card.citation.split()),
        "usageInfo": policy(licence, card.homepage),
    }
    return found | ({"identifier": f"https://doi.org/{card.doi}"} if card.doi else {})


def _provenance(ending: str, stats: Stats) -> dict[str, Any]:
    """Which sources the members of a record set come from; of the samples, also who drew their regions."""
    held = (label.split(" ") for label in sorted(stats.sums("holds")))
    found: dict[str, Any] = {"prov:wasDerivedFrom": [{"@id": _id(dataset)} for dataset, own in held if own == ending]}
    makers = sorted(stats.sums("made_by"))
    if ending == "json" and makers:
        found["prov:wasAttributedTo"] = [_agent(label) for label in makers]
    return found


def _agent(label: str) -> dict[str, str]:
    """Who drew regions: people, or a model or a rule by its name."""
    kind = label.partition(":")[0]
    return {"@type": "prov:Agent" if kind == "human" else "prov:SoftwareAgent", "prov:label": label}


def _licences(licence: Licence) -> list[str]:
    """The addresses of a licence's parts; for terms without an SPDX id the page that states them."""
    found = spdx.urls(licence.id)
    if len(found) < len(spdx.parts(licence.id)):
        found.append(licence.url or licence.id)
    return found


def _shard(tar: ShardInfo) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": tar.name,
        "name": tar.name,
        "contentUrl": tar.name,
        "contentSize": f"{tar.bytes} B",
        "encodingFormat": "application/x-tar",
        "sha256": tar.sha256,
    }


def _file_set(manifest: Manifest, ending: str) -> dict[str, Any]:
    name, media_type, _, says = KINDS[ending]
    return {
        "@type": "cr:FileSet",
        "@id": f"{name}-files",
        "name": f"{name}-files",
        "description": says,
        "containedIn": [
            {"@id": tar.name} for entry in manifest.shards for tar in entry.tars if _may_hold(tar.name, ending)
        ],
        "encodingFormat": media_type,
        "includes": f"*.{ending}",
    }


def _may_hold(tar: str, ending: str) -> bool:
    """Whether members of this ending may stand in a tar: of a shard in layers, in one of the two."""
    return not is_layered(tar) or (ending in WORDS) == tar.startswith(TEXT)


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

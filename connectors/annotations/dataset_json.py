"""The dataset.json of the Medical Segmentation Decathlon and of nnU-Net (v1, v2): label names, channels, mask files.

MSD and nnU-Net v1 list `training` pairs of image and label, and name labels by number ({"1": "liver"}). nnU-Net v2
lists nothing: a case's label lies in labelsTr under its name, and labels have their values ({"liver": 1}), or several
where they are regions ({"whole tumor": [1, 2, 3]}); nnU-Net's pages on dataset format and region-based training.
An nnU-Net image is one file a channel: CASE_0000.nii.gz.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from connectors import archives, base, patterns, walking
from connectors.assemble import Image
from connectors.base import LayoutError, Unreadable
from connectors.drafts import AttributeDraft, Draft, ExaminedDraft, MapDraft, RegionDraft
from connectors.headers import formats
from connectors.listed import Listed
from connectors.shapes import absent
from raw import confine, markup, streams
from schemas import LabelShape

_CHANNEL = re.compile(r"(.+)_(\d{4})(\.[^/]+)", re.S)
IGNORE = "ignore"
_FOLDER = re.compile(r"images(\w*)")


class Options(base.Options):
    """`file`: the dataset.json, with fields of the images' pattern; paths in it count from its folder. `mask`: template
    of the label file over the fields and `case`, where neither a list nor labelsXx beside imagesXx tells it.

    `unlisted`: an image without a label file is "unannotated" (a test image), or "refuse"; where one is listed, or the
    image is one of imagesTr, a notice says that it was missed. The label "ignore", which nnU-Net reserves for pixels
    that nobody labelled, is no region.
    `grid`: "shape" compares only the sizes of image and mask. Tells `channel_name`, by the field `channel` (a reader's)
    or by the number in the file's name.
    """

    file: str
    mask: str | None = None
    unlisted: Literal["unannotated", "refuse"] = "unannotated"
    grid: Literal["same", "shape"] = "same"


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    file = patterns.fill(options.file, fields)
    yield file
    path = posixpath.join(posixpath.dirname(file), fields["folder"], fields["name"])
    try:
        mask, _ = _mask_of(root, options, fields, file, path)
    except Unreadable:
        return  # the document is broken: said when its images are read, and no reason to end the listing
    if mask is not None:
        yield mask


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    file = image.fill(options.file)
    image.source(file)
    told = _document(image.root, file)
    channel = _channel(image, told, file)
    if channel is not None:
        yield AttributeDraft("channel_name", channel)
    mask, listed = _mask_of(image.root, options, image.fields, file, image.path)
    if mask is None or not archives.there(image.root, mask):
        if mask is None and options.unlisted == "refuse":
            raise Unreadable(image.path, f"has no label file: not in the lists of {file}")
        expected = mask is not None and (listed or "/labelsTr/" in f"/{mask}")
        if mask is not None:
            yield from absent.drafts(image, mask, "notice" if expected else options.unlisted)
        return
    source = image.source(mask)
    formats.check_grid(image.root, mask, image.geometry, image.path, whole=options.grid == "same")
    yield ExaminedDraft(mask)
    plain = LabelShape(source=source, decoder=formats.decoder_of(mask), value=0)
    labels = list(_labels(image, told, file))
    joined = {value for _, own in _values(told["labels"]) if len(own) > 1 for value in own}
    yield MapDraft(plain, known=tuple(sorted(joined)))
    yield from (RegionDraft(name, plain.model_copy(update=own), void=name == IGNORE) for name, own in labels)


def _document(root: Path, file: str) -> dict[str, Any]:
    uri, _ = archives.split(root, file)
    try:
        stat = confine.stat(root, uri)
        return _parsed(root, file, stat.st_size, stat.st_mtime_ns)
    except Unreadable:
        raise
    except (OSError, ValueError, *base.BAD_ARCHIVE) as error:
        raise Unreadable(file, f"not a dataset.json: {error}") from error


@lru_cache(maxsize=16)
def _parsed(root: Path, file: str, size: int, mtime_ns: int) -> dict[str, Any]:
    """The document, with `listed`: image -> its label; None for one that is listed without."""
    uri, member = archives.split(root, file)
    with base.open_file(root, uri, member) as stream:
        told = markup.from_json(file, streams.all_of(file, stream).decode("utf-8-sig"))
    if not isinstance(told, dict) or not isinstance(told.get("labels"), dict):
        raise ValueError("it has no labels")
    return {**told, "listed": dict(_listed(told))}


def _listed(told: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for entry in told.get("test", []):
        yield _plain(entry["image"] if isinstance(entry, dict) else str(entry)), None
    for entry in told.get("training", []):
        yield _plain(entry["image"]), _plain(entry["label"])
    cases = told.get("dataset", {})  # nnU-Net v2, where the files lie elsewhere
    for case in cases.values() if isinstance(cases, dict) else ():
        for name in case["images"]:
            yield _plain(name), _plain(case["label"])


def _plain(path: str) -> str:
    return posixpath.normpath(path.replace("\\", "/"))


def _mask_of(
    root: Path, options: Options, fields: Mapping[str, str], file: str, path: str
) -> tuple[str | None, bool]:  # fmt: skip
    """An image's label file, and whether a list says so (then it has to be there)."""
    home = posixpath.dirname(file)
    own = posixpath.relpath(path, home or ".")
    numbered = _CHANNEL.fullmatch(own)
    plain = f"{numbered[1]}{numbered[3]}" if numbered else own
    if options.mask is not None:
        return patterns.fill(options.mask, {**fields, "case": patterns.stem(plain)}), False
    listed = _document(root, file)["listed"]
    for name in (own, plain):
        if name in listed:
            label = listed[name]
            return (None, True) if label is None else (posixpath.normpath(posixpath.join(home, label)), True)
    folder = _FOLDER.fullmatch(posixpath.basename(posixpath.dirname(own)))
    if folder is None:
        return None, False
    beside = posixpath.join(posixpath.dirname(posixpath.dirname(own)), f"labels{folder[1]}", posixpath.basename(plain))
    return posixpath.normpath(posixpath.join(home, beside)), False


def _channel(image: Image, told: dict[str, Any], file: str) -> str | None:
    """What the document calls the image's channel; None where it names none. Raises Unreadable on an unknown number."""
    names = told.get("channel_names", told.get("modality"))
    if not isinstance(names, dict) or not names:
        return None
    numbered = _CHANNEL.fullmatch(image.path)
    number = image.fields.get("channel") or (str(int(numbered[2])) if numbered else "0" if len(names) == 1 else None)
    if number is None:
        return None
    if number not in names:
        raise Unreadable(image.path, f"is channel {number}, which {file} does not name: {', '.join(sorted(names))}")
    return str(names[number])


def _labels(image: Image, told: dict[str, Any], file: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name of each label, and its value or range: a region of several values is what lies from its lowest to its
    highest, where all between are its own. Raises LayoutError where not, Unreadable on what is no label."""
    try:
        values = dict(_values(told["labels"]))
    except (TypeError, ValueError) as error:
        raise Unreadable(file, f"labels: {error}") from error
    every = {value for own in values.values() for value in own}
    for name, own in values.items():
        if own == {0}:
            continue
        if len(own) == 1:
            yield name, {"value": min(own)}
        elif own == {value for value in every if min(own) <= value <= max(own)} and 0 not in own:
            yield name, {"at_least": float(min(own)), "at_most": float(max(own))}
        else:
            raise LayoutError(
                image.card.id, f"layout.options.annotations: {file}",
                f"label {name!r} joins values {sorted(own)}, between which others lie; read the labels with masks",
            )  # fmt: skip


def _values(labels: dict[str, Any]) -> Iterator[tuple[str, frozenset[int]]]:
    """Label -> its values, whichever way round the file has them. Raises ValueError."""
    for key, said in labels.items():
        if isinstance(said, str) and not said.lstrip("-").isdigit():
            yield said, frozenset({int(key)})
        else:
            yield key, frozenset(int(value) for value in (said if isinstance(said, list) else [said]))


def listed(root: Path, options: Options) -> Iterator[Listed]:
    """The images and the label files that each document names."""
    for file, _ in walking.find(root, options.file, {}):
        if not archives.there(root, file):
            continue
        told, home = _document(root, file), posixpath.dirname(file)
        every = list(_listed(told))
        if not every:
            continue  # nnU-Net v2 lists nothing: a case's label lies under its name
        names = [posixpath.normpath(posixpath.join(home, image)) for image, _ in every]
        masks = tuple(posixpath.normpath(posixpath.join(home, label)) for _, label in every if label)
        labels: dict[str, set[str | None]] = {}
        for name, (_, label) in zip(names, every, strict=True):
            labels.setdefault(name, set()).add(label)
        again = [name for name, count in Counter(names).items() if count > 1]
        twice = tuple(name for name in again if len(labels[name]) == 1)
        differ = tuple(name for name in again if len(labels[name]) > 1)
        yield Listed(file, options.file, frozenset(names), _names_of, masks, twice, differ)


def _names_of(fields: Mapping[str, str]) -> tuple[str, ...]:
    """An image's path, and that of its case, of which it is one channel."""
    numbered = _CHANNEL.fullmatch(fields["path"])
    return (fields["path"], f"{numbered[1]}{numbered[3]}") if numbered else (fields["path"],)

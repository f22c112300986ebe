"""JSON of drawn objects, a file for each picture or one for all: LabelMe, VIA, Supervisely, Labelbox, GeoJSON (QuPath),
and any other by the paths in it; also Apple's property lists (OsiriX) and XML, whose elements are read as mappings."""

import plistlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from xml.parsers.expat import ExpatError

from pydantic import model_validator

from connectors import archives, naming, tables
from connectors.annotations import coco
from connectors.assemble import Image
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, ExaminedDraft, ProblemDraft
from connectors.listed import Listed, named_in
from connectors.shapes import drawing, json_tools
from connectors.shapes import json_paths as paths
from connectors.shapes.json_paths import Mark, Unread
from connectors.tables.lookup import Step, normal

_KEY = re.compile(r"\{([^{}]+)\}")


class Options(drawing.Options):
    """`tool`: whose form the file has. `key`: in a file of many images, the template over an entry's paths ("@key": the
    key of a mapping) that equals `match`, a template over the image's fields, once `normalise` has made them alike (as
    in `table`); without `key` the file is the image's own. `entries`: the path to the entries. `columns`: the file is a
    table by its columns ({column: {row: value}}). `label`: the path to an object's label, or `constant`.

    With `tool: paths`: `objects`: the path to them in an entry, or `zip`: names of parallel lists. In an object:
    `label` (a list gives each), and one of `box` (a path, or four; in the order of `form`), `polygon`, `circle` (paths
    to x, y and radius, or to the centre and the radius), `points`, `rle` (COCO's); "." is the object itself, "@name" an
    attribute of XML. `holes`: rings after the first are holes; `each`: every ring is a region; `dots`: an outline of
    one or two points is those points. `normalised`: numbers are parts of the width and height. `pixels`: numbers name
    pixels, so that outlines run through centres and a box holds its far corner. `where`: path in an object -> template
    over the image's fields that it must equal.

    `skip`: keys, or kinds of shapes, that are no regions. `none`: values that mean that nothing was drawn. `size`: the
    paths to the height and width that must be the image's; `sizes: ignore` where they are known to be wrong. `keep`:
    paths for the region's meta. `missing`: an image without a file of its own; `required`: without an entry.
    """

    tool: json_tools.Tool = "paths"
    key: str | None = None
    match: str = "{name}"
    normalise: tuple[Step, ...] = ("slash", "basename")
    entries: str = ""
    columns: bool = False
    objects: str = ""
    zip: tuple[str, ...] = ()
    label: str | None = None
    constant: str | None = None
    box: str | tuple[str, str, str, str] | None = None
    form: Literal["xyxy", "xywh", "yxyx", "yxhw", "cxcywh"] = "xyxy"
    polygon: str | None = None
    circle: tuple[str, str] | tuple[str, str, str] | None = None
    points: str | None = None
    rle: str | None = None
    holes: bool = False
    dots: bool = False
    each: bool = False
    normalised: bool = False
    pixels: bool = False
    where: Mapping[str, str] = {}
    skip: tuple[str, ...] = ()
    none: tuple[str, ...] = ("None", "none", "")
    size: tuple[str, str] | None = None
    sizes: Literal["check", "ignore"] = "check"
    keep: tuple[str, ...] = ()
    missing: Literal["refuse", "unannotated", "nothing"] = "refuse"
    required: bool = False

    @model_validator(mode="after")
    def _whole(self) -> "Options":
        shapes = [self.box, self.polygon, self.circle, self.points, self.rle]
        if self.tool == "paths" and (sum(shape is not None for shape in shapes) != 1):
            raise ValueError("tool: paths needs one of `box`, `polygon`, `circle`, `points`, `rle`")
        if self.tool == "paths" and (self.label is None) == (self.constant is None):
            raise ValueError("tool: paths needs either `label` or `constant`")
        return self


companions = drawing.companions


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """An object of another form than the tool's, and one outside the image, is a problem. Raises Unreadable on another
    size than the image's, and where it is open whose an entry is."""
    key = options.key or json_tools.KEYS.get(options.tool)
    looked = False
    for path in drawing.present(image, options.file, options.missing if key is None else "refuse"):
        if not archives.there(image.root, path):
            yield ExaminedDraft(path)
            return
        with drawing.formed(path):
            entries, lost = _entries(image, path, key, options)
            yield from (ProblemDraft(fault.notice(), ()) for fault in lost)
            if entries and not looked:
                yield ExaminedDraft(path)
            looked = looked or bool(entries)
            for entry in entries:
                _check_size(image, path, entry, options)
                yield from tables.each([(path, entry)], lambda one: _all(image, *one, options))
    if key is not None and options.required and not looked:
        raise Unreadable(image.path, f"no entry {image.fill(options.match)!r} in {options.file}")


def _entries(
    image: Image, path: str, key: str | None, options: Options
) -> tuple[Sequence[Any], tuple[RowFault, ...]]:  # fmt: skip
    """The image's entries, and with the first image of a file those that name none."""
    if key is None:
        whole = read(image.root, path)
        return [node.value for node in paths.walk(whole, options.entries)], ()
    index, lost = _index(
        image.root, path, *drawing.stamp(image.root, path), key, options.normalise,
        options.entries or json_tools.ENTRIES.get(options.tool, "*"), options.columns,
    )  # fmt: skip
    own = index.get(normal(image.fill(options.match), options.normalise, of_table=False), ())
    entries = naming.mine(image, path, own, alone=options.file if options.match == "{name}" else None)
    return entries, lost if lost and naming.is_first(image, options.file) else ()


def read(root: Path, path: str) -> Any:
    """A JSON file, a property list, or another XML as mappings. Raises Unreadable."""
    return _read(root, path, *drawing.stamp(root, path))


@lru_cache(maxsize=2)
def _read(root: Path, path: str, size: int, mtime_ns: int) -> Any:
    """Kept for the tiles of a slide, which have one file."""
    if not path.lower().endswith((".xml", ".plist")):
        return drawing.parsed(root, path)
    tree = drawing.tree(root, path)
    if tree.tag != "plist":
        return paths.of_xml(tree)
    try:
        return plistlib.loads(drawing.data(root, path))
    except (plistlib.InvalidFileException, ExpatError, ValueError, LookupError) as error:
        raise Unreadable(path, f"not a property list: {error}") from error


@lru_cache(maxsize=8)
def _index(
    root: Path, path: str, size: int, mtime_ns: int, key: str, steps: tuple[Step, ...], entries: str, columns: bool
) -> tuple[Mapping[str, tuple[tuple[str, Any], ...]], tuple[RowFault, ...]]:
    """The entries by key, each with the name as it stands, and what is wrong with those that have none."""
    whole = read(root, path)
    if isinstance(whole, dict) and isinstance(whole.get("_via_img_metadata"), dict):
        whole = whole["_via_img_metadata"]  # a project of VIA's, which holds its settings too
    if columns:
        whole = paths.transposed(path, whole)
    index: dict[str, list[tuple[str, Any]]] = {}
    lost: list[RowFault] = []
    for node in paths.walk(whole, entries):
        try:
            name = _key(path, key, node)
            index.setdefault(normal(name, steps, of_table=True), []).append((name, node.value))
        except RowFault as fault:
            lost.append(fault)
    return {name: tuple(found) for name, found in index.items()}, tuple(lost)


def _key(path: str, template: str, node: paths.Node) -> str:
    def value(found: re.Match[str]) -> str:
        said = node.key if found[1] == "@key" else paths.one(node.value, found[1])
        if said is None:
            raise RowFault(path, f"nothing at {found[1]!r}, which `key` needs", item=f"entry {node.key}")
        return str(said)

    return _KEY.sub(value, template)


def _check_size(image: Image, path: str, entry: Any, options: Options) -> None:
    where = options.size or json_tools.SIZES.get(options.tool)
    if where is None or options.sizes == "ignore":
        return
    said = tuple(paths.one(entry, side) for side in where)
    if None not in said and said != drawing.size(image):
        raise Unreadable(path, f"{' and '.join(where)} are {said}, {image.path} is {drawing.size(image)}")


def _all(image: Image, path: str, entry: Any, options: Options) -> Iterator[Draft]:
    board = drawing.board(image, options)
    if options.tool == "paths":
        marks = _by_paths(image, path, entry, board, options)
    else:
        ask = json_tools.Ask(options.label, options.constant, options.skip)
        marks = json_tools.READERS[options.tool](path, entry, ask)
    with drawing.formed(path, "entry"):
        yield from paths.drafts(image, path, marks, board, options)


def _by_paths(
    image: Image, path: str, entry: Any, board: drawing.Board, options: Options
) -> Iterator[Mark | Unread]:  # fmt: skip
    if options.zip:
        nodes = [paths.Node(row, str(n)) for n, row in enumerate(paths.zipped(path, "entry", entry, options.zip))]
    else:
        nodes = list(paths.walk(entry, options.objects))

    def read(where: str, node: paths.Node) -> Iterator[Mark]:
        found = list(_shapes(image, path, where, node.value, board, options))
        labels = _labels(path, where, node, options) if found else []
        meta = {name: value for name in options.keep if (value := paths.one(node.value, name)) is not None}
        yield from (replace(mark, label=label, meta=meta) for mark in found for label in labels)

    yield from paths.each(
        path,
        (
            (f"{options.objects or 'object'} {node.key or n}", node) for n, node in enumerate(nodes)
            if node.key not in options.skip and _is_of(image, node.value, options)
        ),
        read, lambda where, node: _labels(path, where, node, options),
    )  # fmt: skip


def _is_of(image: Image, value: Any, options: Options) -> bool:
    return all(str(paths.one(value, name)) == image.fill(template) for name, template in options.where.items())


def _labels(path: str, where: str, node: paths.Node, options: Options) -> list[str]:
    said = node.key if options.label == "@key" else options.constant or paths.one(node.value, options.label or "")
    labels = [str(label).strip() for label in (said if isinstance(said, list) else [said]) if label is not None]
    if not labels or not all(labels):
        raise RowFault(path, f"nothing at {options.label!r} says what it is", item=where)
    return labels


def _shapes(image: Image, path: str, where: str, value: Any, board: drawing.Board, options: Options) -> Iterator[Mark]:
    """What an object draws; nothing where it is not there or is one of `none`."""
    rows, columns = drawing.size(image)
    parts = options.box if isinstance(options.box, tuple) else options.circle
    if parts is not None:
        given: Any = [paths.one(value, side) for side in parts]
        given = None if all(side is None for side in given) else given
    else:
        shapes = (options.box, options.polygon, options.points, options.rle)
        given = paths.one(value, next(path for path in shapes if isinstance(path, str)))
    if given is None or (isinstance(given, str) and given in options.none):
        return
    scale = (float(columns), float(rows)) if options.normalised else (1.0, 1.0)
    if options.circle is not None:
        yield Mark(where, "", rings=(_circle(path, where, given, scale, options),))
    elif options.box is not None:
        for box in paths.boxes(path, where, given):
            yield Mark(where, "", box=_corners(box, scale, options))
    elif options.rle is not None:
        yield Mark(where, "", mask=coco.mask(image, path, where, given))
    else:
        half = 0.5 if options.pixels else 0.0
        drawn = [_moved(ring, scale, half) for ring in paths.rings(path, where, _listed(given, options))]
        if options.points is not None or (options.dots and drawn and max(map(len, drawn)) < 3):
            yield from (Mark(where, "", points=ring) for ring in drawn)
        elif options.each:
            yield from (Mark(where, "", rings=(ring,)) for ring in drawn)
        elif drawn:
            yield Mark(where, "", rings=tuple(drawn), holes=tuple(options.holes and n > 0 for n in range(len(drawn))))


def _circle(file: str, where: str, given: list[Any], scale: tuple[float, float], options: Options) -> paths.Ring:
    x, y = paths.point(file, where, given[0] if len(given) == 2 else given[:2])
    radius = drawing.number(file, where, given[-1])
    (centre,) = _moved(((x, y),), scale, 0.5 if options.pixels else 0.0)
    return json_tools.ellipse(centre, radius * scale[0], radius * scale[1])


def _listed(given: Any, options: Options) -> Any:
    """One point alone, as a list of it."""
    one = (
        options.points is not None
        and isinstance(given, list)
        and 2 <= len(given) <= 3
        and not isinstance(given[0], list | dict)
    )
    return [given] if one or (isinstance(given, dict) and "x" in given and not isinstance(given["x"], list)) else given


def _moved(ring: paths.Ring, scale: tuple[float, float], half: float) -> paths.Ring:
    return tuple((x * scale[0] + half, y * scale[1] + half) for x, y in ring)


def _corners(n: list[float], scale: tuple[float, float], options: Options) -> tuple[float, float, float, float]:
    a, b, c, d = n if options.form in ("xyxy", "xywh", "cxcywh") else (n[1], n[0], n[3], n[2])
    if options.form == "cxcywh":
        a, b = a - c / 2, b - d / 2
    if options.form not in ("xyxy", "yxyx"):
        c, d = a + c, b + d
    last = 1.0 if options.pixels else 0.0
    return a * scale[0], b * scale[1], c * scale[0] + last, d * scale[1] + last


def listed(root: Path, options: Options) -> Iterator[Listed]:
    """The images that each file of many images names."""
    key = options.key or json_tools.KEYS.get(options.tool)
    entries = options.entries or json_tools.ENTRIES.get(options.tool, "*")
    if key is None:
        return

    def index(path: str) -> Mapping[str, tuple[Any, ...]]:
        stamp = drawing.stamp(root, path)
        return _index(root, path, *stamp, key, options.normalise, entries, options.columns)[0]

    yield from named_in(root, options.file, index, options.match, options.normalise)

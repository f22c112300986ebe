"""JSON of drawn objects, a file for each picture or one for all: LabelMe, VIA, Supervisely, Labelbox, GeoJSON (QuPath),
and any other by the paths in it; also Apple's property lists (OsiriX) and XML, whose elements are read as mappings."""

import plistlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from xml.parsers.expat import ExpatError

from pydantic import model_validator

from connectors import archives, naming, tables
from connectors.assemble import Image
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, ExaminedDraft, ProblemDraft
from connectors.listed import Listed, named_in
from connectors.shapes import drawing, json_objects, json_tools
from connectors.shapes import json_paths as paths
from connectors.tables.lookup import Step, normal

_KEY = re.compile(r"\{([^{}]+)\}")


class Options(json_objects.Options):
    """`tool`: whose form the file has. `key`: in a file of many images, the template over an entry's paths ("@key": the
    key of a mapping) that equals `match`, a template over the image's fields, once `normalise` has made them alike (as
    in `table`); without `key` the file is the image's own. `entries`: the path to the entries. `columns`: the file is a
    table by its columns ({column: {row: value}}). `size`: the paths to the height and width that must be the image's;
    `sizes: ignore` where they are known to be wrong. `missing`: an image without a file of its own; `required`: without
    an entry.
    """

    tool: json_tools.Tool = "paths"
    key: str | None = None
    match: str = "{name}"
    normalise: tuple[Step, ...] = ("slash", "basename")
    entries: str = ""
    columns: bool = False
    size: tuple[str, str] | None = None
    sizes: Literal["check", "ignore"] = "check"
    missing: Literal["refuse", "notice", "unannotated", "nothing"] = "refuse"
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
        marks = json_objects.marks(image, path, entry, board, options)
    else:
        ask = json_tools.Ask(options.label, options.constant, options.skip)
        marks = json_tools.READERS[options.tool](path, entry, ask)
    with drawing.formed(path, "entry"):
        yield from paths.drafts(image, path, marks, board, options)


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

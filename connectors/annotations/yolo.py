"""YOLO text files: a line an object for each picture, its numbers parts of the width and the height.

A line is a class and a box (centre, width, height), or an outline (x, y, x, y ...), or an oriented box (4 corners); the
forms are those of the Ultralytics documentation of data sets for detection, segmentation and oriented boxes.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

from connectors import archives, tables
from connectors.assemble import Image
from connectors.base import RowFault, Unreadable
from connectors.drafts import Draft, ExaminedDraft, RegionDraft
from connectors.shapes import drawing
from schemas.region import Shape

YAML = (".yaml", ".yml")


class Options(drawing.Options):
    """`classes`: a file with the classes' names: data.yaml (`names`: a list or a mapping), or text with one a line
    (classes.txt, obj.names). `names` gives or overrides them in the card; without either a label is the number.
    `form`: box (5 numbers, or 6 with a score), outline (polygons), oriented (boxes by four corners), or auto: a box or
    an outline, by their count. `missing`: an image without a file is refused, or not annotated, which is told
    ("notice") or the source's own practice ("unannotated"), or has "nothing", where the source leaves out empty files.
    `first_class`: the number of the first class.
    """

    classes: str | None = None
    form: Literal["box", "outline", "oriented", "auto"] = "auto"
    missing: Literal["refuse", "notice", "unannotated", "nothing"] = "refuse"
    first_class: int = 0


def companions(root: Path, options: Options, fields: Mapping[str, str]) -> Iterator[str]:
    yield from drawing.companions(root, options, fields)
    if options.classes:
        yield options.classes


def annotate(image: Image, options: Options) -> Iterator[Draft]:
    """A line that is no object, or of a class without a name, is a problem."""
    for path in drawing.present(image, options.file, options.missing):
        yield ExaminedDraft(path)
        if archives.there(image.root, path):
            yield from _of_file(image, path, options)


def _of_file(image: Image, path: str, options: Options) -> Iterator[Draft]:
    known = _known(image, options)
    lines = enumerate(drawing.text(image.root, path).splitlines(), start=1)
    yield from tables.each(
        [(n, words) for n, line in lines if (words := line.replace(",", " ").split())],
        lambda line: _drawn(image, path, *line, known, options),
        lambda line: [_label(path, *line, known, options)],
    )


def _known(image: Image, options: Options) -> Mapping[int, str] | None:
    """The names of the classes by number from 0; None where no file says them."""
    if options.classes is None:
        return None
    return _classes(image.root, options.classes, *drawing.stamp(image.root, options.classes))


def _drawn(
    image: Image, path: str, n: int, words: list[str], known: Mapping[int, str] | None, options: Options
) -> Iterator[RegionDraft]:
    label = _label(path, n, words, known, options)
    try:
        numbers = [drawing.number(path, "", word) for word in words[1:]]
        shape, meta = _shape(drawing.board(image, options), path, numbers, options)
    except RowFault as fault:
        raise RowFault(path, fault.plain, n, label) from fault
    if shape is not None:
        yield RegionDraft(label, shape, meta=meta)


def _label(path: str, n: int, words: list[str], known: Mapping[int, str] | None, options: Options) -> str:
    try:
        number = float(words[0])
        kind = int(number)
    except (ValueError, OverflowError) as error:
        raise RowFault(path, f"class {words[0]!r} is no whole number", n) from error
    if kind != number:
        raise RowFault(path, f"class {words[0]!r} is no whole number", n)
    if str(kind) in options.names:
        return options.prefix + options.names[str(kind)]
    if known is not None and kind - options.first_class not in known:
        raise RowFault(path, f"class {kind} is not in {options.classes}, which has {len(known)}", n)
    return options.named((known or {}).get(kind - options.first_class, str(kind)))


def _shape(
    board: drawing.Board, path: str, numbers: list[float], options: Options
) -> tuple[Shape | None, dict[str, float]]:
    count = len(numbers)
    if count in (4, 5) and options.form not in ("outline", "oriented"):
        x, y, w, h = (n * side for n, side in zip(numbers, (board.width, board.height) * 2, strict=False))
        box = board.box(path, "", (x - w / 2, y - h / 2, x + w / 2, y + h / 2))
        return box, {"score": numbers[4]} if count == 5 else {}
    if count < 6 or count % 2 or options.form == "box":
        raise RowFault(path, f"{count + 1} numbers are neither class, cx, cy, w, h nor class, x, y, x, y ...")
    ring = [(x * board.width, y * board.height) for x, y in zip(numbers[0::2], numbers[1::2], strict=True)]
    if options.form == "oriented":
        if count != 8:
            raise RowFault(path, f"{count + 1} numbers are no class and four corners")
        return board.turned(path, "", ring), {}
    return board.polygon(path, "", [ring]), {}


@lru_cache(maxsize=64)
def _classes(root: Path, path: str, size: int, mtime_ns: int) -> Mapping[int, str]:
    """Number from 0 -> name."""
    text = drawing.text(root, path)
    if not path.lower().endswith(YAML):
        return dict(enumerate(line.strip() for line in text.splitlines() if line.strip()))
    try:
        whole = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Unreadable(path, f"not YAML: {error}".splitlines()[0]) from error
    names = whole.get("names") if isinstance(whole, dict) else None
    if isinstance(names, list):
        return {n: str(name) for n, name in enumerate(names)}
    if isinstance(names, dict):
        return {int(n): str(name) for n, name in names.items()}
    raise Unreadable(path, "no list or mapping `names`")

"""Clips: video files (AVI, MP4, MOV, MKV, MPEG, WebM, GIF ...) through OpenCV, or folders of frames."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from pydantic import PositiveFloat

from connectors import archives, assemble, base, groups, patterns
from connectors.base import Found, Item, Unreadable
from connectors.headers import picture_file, video_file
from schemas import DatasetCard, Geometry, LabelSpace

VERSION = "1"


class Options(assemble.Common):
    """`clip`: a template over the fields of a frame's path that says its clip (`{video}`): the files are then
    pictures, one a frame, in the natural order of their names. `fps`: frames a second, where the files do not say."""

    clip: str | None = None
    fps: PositiveFloat | None = None


def listing(root: Path, card: DatasetCard) -> Iterator[Item]:
    options = base.options(card, Options)
    if options.clip is None:
        yield from assemble.items(root, card, options)
    else:
        yield from groups.items(root, card, options, partial(_clip_of, options.clip))


def _clip_of(template: str, path: str, fields: Mapping[str, str]) -> str:
    return patterns.fill(template, fields)


def read(root: Path, card: DatasetCard, space: LabelSpace, item: Item) -> Iterator[Found]:
    options = base.options(card, Options)
    media = _file(root, options, item) if options.clip is None else _frames(root, card, options, item)
    yield from assemble.rows(root, card, space, options, assemble.where(item), media)


def _file(root: Path, options: Options, item: Item) -> assemble.Media:
    source = base.source_file(root, item.uri, item.member)
    found = video_file.header(root, item.uri, item.member)
    geometry = Geometry(shape=(found.frames, found.rows, found.columns), sampling_hz=options.fps or found.fps)
    return assemble.Media("clip", "video", VERSION, geometry, (source,))


def _frames(root: Path, card: DatasetCard, options: Options, item: Item) -> assemble.Media:
    paths = sorted(groups.paths(root, card, options, item), key=natural)
    sources, sizes = [], set()
    for path in paths:
        source, data = base.loaded(root, *archives.split(root, path))
        sizes.add(picture_file.header(root, source.uri, source.member, data)[:2])
        if (turns := picture_file.turns(root, source.uri, source.member, data)) is not None:
            raise Unreadable(path, f"a frame that is to be shown turned (orientation {max(turns)}): turn its pixels")
        sources.append(source)
    if len(sizes) > 1:
        raise Unreadable(paths[0], f"the frames of one clip differ in size: {', '.join(map(str, sorted(sizes)))}")
    geometry = Geometry(shape=(len(paths), *sizes.pop()), sampling_hz=options.fps)
    return assemble.Media("clip", "frames", VERSION, geometry, tuple(sources))


def natural(path: str) -> list[tuple[int, str]]:
    """A sort key by which frame_10 follows frame_9."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path)]

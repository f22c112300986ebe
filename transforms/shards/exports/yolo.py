"""YOLO's folders: images/ and labels/ by split, a line a box (`class cx cy w h`, fractions), and data.yaml.

Format: https://docs.ultralytics.com/datasets/detect/. The format takes a picture as labelled with all its classes,
which no mixture of sources is: a class that one source never looked for is not absent there. So a picture without a box
is left out, and data.yaml says it; train on sources that label alike.
"""

from pathlib import PurePosixPath

import yaml

from transforms.shards.exports._drawn import Drawn, drawn
from transforms.shards.exports._job import IMAGES, Job, size

NAME = "yolo"
NOTE = "YOLO detection: images/, labels/, data.yaml"
COORDINATES: tuple[str, ...] = ()
OPTIONS = ("made_by",)
PARTS = {"train": "train", "validation": "val", "test": "test"}


def write(job: Job) -> None:
    names: dict[str, int] = {}
    parts = {}
    for split in job.splits:
        part = PARTS[split]
        for item in job.pictured(split):
            for media, found in drawn(job, item):
                if not found:
                    job.left_out["picture: has no box"] += 1
                    continue
                lines = [_line(one, names, size(media)) for one in found]
                name = f"{item.sample.key}.{media.name}"
                job.image(f"{part}/{name}", item.members[media.name])
                path = job.out / "labels" / part / PurePosixPath(name).with_suffix(".txt")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("".join(lines), encoding="utf-8")
                job.written["rows"] += len(lines)
                parts[part] = f"{IMAGES}/{part}"
    data = {**parts, "names": {n: label for label, n in names.items()}}
    # No `path`: Ultralytics then looks beside this file, a "." it takes for where it was started.
    note = f"# {job.manifest.title}: of a class that is not labelled on a picture, nothing is known there.\n"
    (job.out / "data.yaml").write_text(
        note + yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )


def _line(one: Drawn, names: dict[str, int], sides: tuple[int, int]) -> str:
    x0, y0, x1, y1 = one.box
    width, height = sides
    number = names.setdefault(one.label, len(names))
    numbers = ((x0 + x1) / 2 / width, (y0 + y1) / 2 / height, (x1 - x0) / width, (y1 - y0) / height)
    return f"{number} {' '.join(f'{n:.6f}' for n in numbers)}\n"

"""What supervision makes of YOLO's text files: `python yolo_boxes.py '{"grazpedwri_dx": "/folder"}'`.

Runs in the oracles' own environment. Prints {data set: {image: [[class, x0, y0, x1, y1], ...]}}; an outline's box where
a line has an outline.
"""

import json
import sys
from pathlib import Path
from typing import Any

from supervision import DetectionDataset

# Folder of pictures -> folder of texts, and how many classes there are.
FOLDERS: dict[str, tuple[dict[str, str], int]] = {
    "balf": ({f"images/{part}": f"labels/{part}" for part in ("train", "val")}, 7),
    "grazpedwri_dx": ({f"images_part{n}": "folder_structure/yolov5/labels" for n in (1, 2, 3, 4)}, 9),
}


def read(dataset: str, root: Path) -> dict[str, Any]:
    folders, classes = FOLDERS[dataset]
    names = root / "names.yaml"
    names.write_text(json.dumps({"nc": classes, "names": [str(n) for n in range(classes)]}))
    found: dict[str, Any] = {}
    for pictures, texts in folders.items():
        if (root / pictures).exists():
            read = DetectionDataset.from_yolo(str(root / pictures), str(root / texts), str(names))
            for path, drawn in read.annotations.items():
                rows = zip(drawn.class_id, drawn.xyxy, strict=True) if len(drawn) else ()
                found[str(Path(path).relative_to(root))] = [[int(kind), *map(float, box)] for kind, box in rows]
    return found


if __name__ == "__main__":
    print(json.dumps({name: read(name, Path(root)) for name, root in json.loads(sys.argv[1]).items()}))

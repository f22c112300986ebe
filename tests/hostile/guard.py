"""Reads each case in a process of its own that may not take much memory or time, and says what came of it as JSON.

    python -m tests.hostile.guard FOLDER

Every process is a fork of one in which all libraries are loaded, so that a case costs milliseconds.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

import numpy as np

import catalog
from connectors import NotPartOf, Unreadable, open_dataset
from schemas import LabelShape, Notice, Record, Region
from tests.connectors import small
from tests.hostile.cases import CASES, Case
from tests.hostile.folders import SECRET
from transforms.media import decoders

ROOM = 1 << 31  # bytes of address space beyond what the libraries take
SECONDS = 60  # of processor time


def tried(case: Case, root: Path) -> dict[str, Any]:
    """What reading and decoding the case gave: `refused`, `notices`, `records` and `raised`, which none may be."""
    out: dict[str, Any] = {"refused": [], "notices": [], "records": 0, "raised": [], "secret": False}
    connector = open_dataset(small.card(*case.layout, case.labels), catalog.labelspace())
    try:
        items = list(connector.listing(root))
    except Exception as error:  # noqa: BLE001 - what the test reports
        return {**out, "raised": [f"listing: {type(error).__name__}: {error}"]}
    for item in items:
        try:
            found = list(connector.read(root, item))
            out["notices"] += [one.text() for one in found if isinstance(one, Notice)]
            records = [one for one in found if isinstance(one, Record)]
            for record in records:
                _look(root, record, [one for one in found if isinstance(one, Region)], out)
                out["records"] += 1
        except (Unreadable, NotPartOf, decoders.DecodeError) as error:
            out["refused"].append(str(error))
        except Exception as error:  # noqa: BLE001
            out["raised"].append(f"{item.uri!r}: {type(error).__name__}: {error}")
    return out


def _look(root: Path, record: Record, regions: list[Region], out: dict[str, Any]) -> None:
    seen = [decoders.decode(root, record).array]
    for region in regions:
        if isinstance(region.shape, LabelShape):
            seen.append(decoders.labels(root, region.shape, record))
    out["secret"] |= any(bool(np.any(array == SECRET)) for array in seen)


def main(folder: Path) -> None:
    catalog.labelspace()
    for name in ("array", "cell", "dicom", "frames", "mhd", "nifti", "nrrd", "raster", "video", "wfdb"):
        decoders.module("transforms.media.decoders", name)
    for case in CASES:
        root, outside = folder / case.name / "set", folder / case.name / "outside"
        root.mkdir(parents=True)
        outside.mkdir()
        case.make(root, outside)
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            _alone(case, root)
        _, status = os.waitpid(child, 0)
        if status:
            print(json.dumps({"case": case.name, "raised": [f"the process ended with {status}"]}))  # noqa: T201


def _alone(case: Case, root: Path) -> None:
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + ROOM, taken + ROOM))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    print(json.dumps({"case": case.name, **tried(case, root)}), flush=True)  # noqa: T201
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

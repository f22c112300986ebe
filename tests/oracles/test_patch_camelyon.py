"""PatchCamelyon's patches and labels, against torchvision's loader on the same replica."""

from pathlib import Path

import numpy as np

from tests.oracles import peers
from transforms.media.decoders import decode


def test_patches_and_labels_agree(tmp_path: Path) -> None:
    theirs = peers.ask("patch_camelyon", ["pcam"], tmp_path)["pcam"]
    mine: dict[str, list[list[int]]] = {}
    for found in peers.ours("pcam", tmp_path):
        pixels = decode(tmp_path / "ours/pcam", found.record).array
        label = int(any(p.concept.label == "metastasis" and p.state == "present" for p in found.record.presence))
        split = {"validation": "val"}.get(found.record.split or "", found.record.split or "")
        mine.setdefault(split, []).append([label, int(np.asarray(pixels, np.int64).sum())])
    assert mine == theirs

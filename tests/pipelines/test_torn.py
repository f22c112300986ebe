"""One picture that a set files under two classes: which is right is not known, and neither is published."""

import shutil
from pathlib import Path

from rich.console import Console

from pipelines import build
from pipelines.build import Job
from tests.pipelines import workshop
from tests.replicas.builder import tree

SET = "colorectal_histology_kather2016"
TILES = "Kather_texture_2016_image_tiles_5000"


def fates(space: Path) -> dict[str, str]:
    """Path of a picture -> what publish made of its sample."""
    frames = {name: workshop.table(space, name) for name in ("records", "samples", "ledger")}
    uris = dict(frames["records"].select("key", "uri").iter_rows())
    owner = dict(frames["samples"].select("key", "record").iter_rows())
    booked = frames["ledger"].filter(stage="publish").select("unit", "fate").iter_rows()
    return {uris[owner[unit]]: fate for unit, fate in booked}


def test_neither_of_two_classes_is_published(tmp_path: Path) -> None:
    raw = tmp_path / "raw" / SET
    tree.build(tree.load(tree.declarations()[SET]), raw)
    (debris,), (mucosa,) = ([*(raw / TILES / name).iterdir()] for name in ("05_DEBRIS", "06_MUCOSA"))
    (adipose,), (stroma,) = ([*(raw / TILES / name).iterdir()] for name in ("07_ADIPOSE", "02_STROMA"))
    shutil.copy(debris, mucosa)
    shutil.copy(adipose, adipose.with_name("20000_CRC-Prim-HE-10_001.tif_Row_1_Col_1.tif"))
    ctx = workshop.context(workshop.recipe(tmp_path / "r.yaml", SET), tmp_path / "raw", tmp_path / "space")
    build.run(ctx, Job(("ingest", "curate", "publish"), "inline"), Console(quiet=True))
    found = fates(tmp_path / "space")
    at = {path: found[path.relative_to(raw).as_posix()] for path in (debris, mucosa, adipose, stroma)}
    assert (at[debris], at[mucosa], at[stroma]) == ("filtered", "filtered", "emitted")
    assert sorted(fate for uri, fate in found.items() if "07_ADIPOSE" in uri) == ["deduplicated", "emitted"]
    published = {sample.record for _, sample in workshop.samples(tmp_path / "space/shards")}
    assert len(published) == sum(fate == "emitted" for fate in found.values())

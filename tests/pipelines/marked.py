"""Replicas with boxes, points and spans, taken through the curate stages record by record, without a workspace."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.context import Context
from pipelines.packet import Packet
from pipelines.stages import Chain, advance
from schemas import Candidate, Recipe, Region
from tests.connectors.reading import connector, read
from tests.replicas.builder.tree import build, declarations, load
from transforms.tasks import families

SETS = (
    "ceph_isbi2015", "chest_imagenome", "cholec80", "cholect50", "deeplesion", "echonet_lvh", "edd2020",
    "embed_open", "endoscapes2023", "fastmri", "grazpedwri_dx", "idrid", "inbreast", "kvasir_capsule",
    "kvasir_instrument", "kvasir_seg", "luna16", "luna25", "mias", "mit_bih_arrhythmia", "ms_cxr",
    "nih_chestxray14", "object_cxr", "padchest_gr", "palm", "pddca", "refuge", "roc_ma",
    "rsna_abdominal_trauma_2023", "rsna_cspine_2022", "rsna_lumbar_2024", "rsna_pneumonia", "siim_fisabio_covid19",
    "sustech_sysu", "svia", "tbx11k", "vindr_cxr", "vindr_mammo", "vindr_spinexr",
)  # fmt: skip
KINDS = ("box", "turned_box", "point", "line", "ellipse", "ball", "box3d", "slices", "span")
VIEWS: dict[str, Any] = {"planes": {"axial": 3, "coronal": 1, "sagittal": 1}, "frames": 4}


@dataclass
class Curated:
    """What became of a replica: its packets, and its drawn regions of some kinds by key."""

    packets: list[Packet] = field(default_factory=list)
    drawn: dict[str, Region] = field(default_factory=dict)

    @property
    def samples(self) -> Iterator[Candidate]:
        for packet in self.packets:
            for row in packet.rows.get("samples", []):
                yield Candidate.model_validate_json(row["body"])

    @property
    def shown(self) -> set[str]:
        """Keys of the source's regions that a sample shows, itself or as one of what several readers drew."""
        keys = {region.region or "" for sample in self.samples for region in sample.regions}
        made = [Region.model_validate_json(row["body"]) for row in self.rows("regions")]
        return keys.union(*(region.meta.get("readers", ()) for region in made if region.key in keys))

    def rows(self, table: str) -> list[dict[str, Any]]:
        return [row for packet in self.packets for row in packet.rows.get(table, [])]


def context(dataset: str, raw: Path, views: dict[str, Any]) -> Context:
    recipe = Recipe.model_validate(
        {"name": "marks", "version": "0.0.1", "title": "Marks", "summary": "Plainly synthetic.", "seed": 5,
         "sources": [{"dataset": dataset, "views": views}], "tasks": sorted(families())}
    )  # fmt: skip
    return Context(recipe, str(raw), str(raw / "workspace"))


def curated(dataset: str, raw: Path, *kinds: str, views: dict[str, Any] = VIEWS) -> Curated:
    """A replica built under `raw` and taken through all stages."""
    build(load(declarations()[dataset]), raw / dataset)
    ctx, out = context(dataset, raw, views), Curated()
    chain = Chain.of(ctx, dataset)
    for found in read(connector(dataset), raw / dataset, pixels=False).found:
        regions = tuple(found.regions)
        out.drawn |= {region.key: region for region in regions if region.shape.kind in kinds}
        packet = Packet(found.record, regions, chain.steps(found.record, regions))
        for stage in chain.stages:
            advance(ctx, stage, packet)
        out.packets.append(packet)
    return out

"""What the recipe's experts, segmenters by rule or model, see on the pixels of a record."""

from typing import Any

from pipelines.context import Context
from pipelines.recipes import EXPERTS
from schemas import MadeBy, Record, Region, content_key, rle
from transforms.media.pixels import Pixels
from transforms.plugins import module
from transforms.regions.resolve import Resolved, cut


def ask(ctx: Context, record: Record, pixels: Pixels) -> list[Resolved]:
    """Regions from the recipe's experts that know this modality; one that cannot run here was reported by `plan`."""
    out: list[Resolved] = []
    for name in sorted(ctx.source(record.dataset).experts):
        expert = module(EXPERTS, name)
        if record.modality.code not in expert.MODALITIES or expert.unavailable():
            continue
        for segment in expert.segment(pixels):
            maker = MadeBy(kind="model" if name.endswith("deepbrain") else "rule", name=name, version=expert.VERSION,
                           score=segment.score)  # fmt: skip
            concept = ctx.space.concept(segment.concept)
            for number, mask in _parts(segment):
                if not mask.any():
                    continue
                key = content_key("expert", record.key, name, expert.VERSION, segment.concept, number)
                offset, crop = cut(mask)
                region = Region(
                    key=key, dataset=record.dataset, record=record.key, frame="voxel", concept=concept,
                    source_label="", shape=rle.encode_part(crop, offset, mask.shape), made_by=maker,
                    meta={"instance": number},
                )  # fmt: skip
                out.append(Resolved(region, offset, crop))
    return out


def _parts(segment: Any) -> list[tuple[int, Any]]:
    if not segment.instances:
        return [(0, segment.mask)]
    return [(value, segment.mask == value) for value in range(1, int(segment.mask.max()) + 1)]

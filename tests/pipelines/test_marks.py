"""Every mark and span that a source drew reaches a sample, or is booked with the reason; and comes back alike."""

from pathlib import Path

import pytest

from pipelines.packet import Packet
from pipelines.stages import TABLES, advance, names_of, stages_of
from tests.pipelines.marked import KINDS, SETS, VIEWS, context, curated
from transforms.regions.whole import WHOLES

# What says nothing of boxes and points takes these scenes: ratings (BI-RADS, density) that are asked as if seen.
OTHERWISE = ("bi-rads", "breast density", "macular edema risk", "declared absent")


@pytest.mark.parametrize("dataset", SETS)
def test_every_mark_reaches_a_sample_or_is_booked(dataset: str, tmp_path: Path) -> None:
    found = curated(dataset, tmp_path, *KINDS)
    assert found.drawn
    lost = [row["reason"] for row in found.rows("quarantine")]
    assert [reason for reason in lost if not any(words in reason for words in OTHERWISE)] == []
    held = {packet.record.key for packet in found.packets if packet.rows.get("quarantine")}
    booked = [row["reason"] for row in found.rows("verdicts") if row["check"] == "region"]
    for key, region in found.drawn.items():
        if key not in found.shown and region.record not in held:
            assert any(f'"label":"{region.source_label}"' in reason for reason in booked), region


WHOLE = {**VIEWS, "groups": ["volume", "clip"]}


@pytest.mark.parametrize(
    "dataset",
    [
        "cholec80",
        "echonet_lvh",
        "luna16",
        "pddca",
        "rsna_abdominal_trauma_2023",
        "rsna_cspine_2022",
        "rsna_lumbar_2024",
    ],
)
def test_a_whole_shows_what_its_slices_and_frames_do(dataset: str, tmp_path: Path) -> None:
    views = {"planes": {"axial": 1}, "groups": ["volume", "clip"], "frames": 8}
    found = curated(dataset, tmp_path, *KINDS, views=views)
    assert [row["reason"] for row in found.rows("quarantine")] == []
    assert [row["reason"] for row in found.rows("verdicts") if row["check"] == "wording"] == []
    whole = {region.region for one in found.samples if one.view.frame in WHOLES for region in one.regions}
    booked = " ".join(row["reason"] for row in found.rows("verdicts") if row["check"] == "region")
    for key, region in found.drawn.items():
        assert key in whole or region.source_label in booked, region


@pytest.mark.parametrize("dataset", ["cholec80", "echonet_lvh", "luna16", "mias", "rsna_pneumonia", "sustech_sysu"])
def test_a_resumed_record_is_the_same(dataset: str, tmp_path: Path) -> None:
    """What the first stages stored, restored and gone on with: the same scenes, the same rows, byte for byte."""
    found, ctx = curated(dataset, tmp_path, views=WHOLE), context(dataset, tmp_path, WHOLE)
    for whole in found.packets:
        stages, names = stages_of(ctx.recipe), names_of(ctx.recipe)
        for stop in (1, 2, 4):
            rest = Packet(whole.record, whole.sources, whole.steps, done=frozenset(names[:stop]))
            stored = {table: list(whole.rows.get(table, [])) for table in TABLES}
            for stage in stages[:stop]:
                stage.restore(rest, stored)
            for stage in stages[stop:]:
                advance(ctx, stage, rest)
            assert rest.rows.get("samples") == whole.rows.get("samples")

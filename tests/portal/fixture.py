"""A small workspace as publish leaves it, made by hand: four samples in two shards, tables, three cards."""

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from schemas import Concept, DatasetCard, Entry, LabelSpace, Sample
from tests.scenes import ABDOMEN, CT, LEFT_KIDNEY, LESION, LIVER, SHAPES, axial_abdomen

EVIL = "<script>alert('x')</script>"
CT_KEY, US_KEY, DOC_KEY, ECG_KEY = "toy-0001", "scan-0001", "note-0001", "beat-0001"
HUMAN = {"kind": "human", "name": "hand drawn"}
MAKER = {"backend": "grounded", "revision": "1"}
PUBLISHED = {"backend": "source", "revision": "1", "dataset": "scan"}
LICENCE = {
    "id": "CC-BY-4.0", "redistribute": True, "derivatives": True, "commercial": None, "attribution": "The toy authors",
}  # fmt: skip


def text(words: str, *claims: tuple[str, str]) -> dict[str, Any]:
    """A text whose claims are given as (the words that claim, fact id)."""
    spans = [(words.index(said), words.index(said) + len(said), fact) for said, fact in claims]
    return {"text": words, "claims": [{"span": [start, end], "fact": fact} for start, end, fact in spans]}


def concept(item: Concept) -> dict[str, Any]:
    return item.model_dump(mode="json")


def fact(number: int, predicate: str, value: Any, regions: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    return {"id": f"f{number}", "predicate": predicate, "value": value, "regions": list(regions), **more}


def frame(key: str, dataset: str, split: str) -> dict[str, Any]:
    digest = hashlib.sha256(key.encode()).hexdigest()
    return {
        "schema": "triptych/sample/1", "key": key, "dataset": dataset, "record": "rec" + key,
        "subject": f"{dataset}/s1",
        "split": split, "licence": LICENCE, "view": {"frame": "full"},
        "checks": [{"name": "claims", "outcome": "pass", "score": 1.0}, {"name": "identity", "outcome": "warn",
                                                                         "reason": "not looked for"}],
        "provenance": {
            "sources": [{"uri": f"{dataset}/one.nii.gz", "sha256": digest, "bytes": 123456}],
            "steps": [{"stage": "regions", "version": "3", "params": {"window": [-160, 240]}, "key": digest[:20]}],
        },
    }  # fmt: skip


def ct_sample() -> dict[str, Any]:
    scene = axial_abdomen().scene.model_dump(mode="json", by_alias=True)
    facts = [
        fact(1, "modality", "computed tomography", concept=concept(CT)), fact(2, "plane", "axial"),
        fact(3, "present", True, ("r1",), concept=concept(LIVER)), fact(4, "present", True,
                                                                        ("r2",), concept=concept(LESION)),
        fact(5, "long_axis", 22.83, ("r2",), unit="mm", tolerance=2.83),
        fact(6, "zone", "middle right", ("r2",)), fact(7, "inside", 1.0, ("r2", "r1")),
        fact(8, "larger", 1.25, ("r3", "r4")), fact(9, "area", 8000.0, ("r1",), unit="mm2", tolerance=40.0),
        fact(10, "side", "left", ("r3",)), fact(11, "volume", 5.8,
                                                ("r2",), unit="mL", scope="record", source="hand drawn"),
        fact(12, "mean_intensity", 20.0, ("r2",), unit="HU", tolerance=2.0),
    ]  # fmt: skip
    overall = text(
        "An axial computed tomography slice of the abdomen. "
        "The liver holds a lesion of 22.83 mm in its middle right part.",
        ("axial", "f2"), ("computed tomography", "f1"), ("The liver", "f3"), ("a lesion", "f4"), ("22.83 mm", "f5"),
        ("middle right part", "f6"),
    )  # fmt: skip
    dialogues = [
        {
            "id": "d1", "task": "size", "answer": "22.83 mm", "regions": ["r2"], "facts": ["f5"], "made_by": MAKER,
            "turns": [
                {"role": "user", "text": "How long is the lesion?"},
                {"role": "assistant", **text("Its long axis is 22.83 mm.", ("22.83 mm", "f5"))},
            ],
            "reasoning": [
                {"op": "find", "args": {"concept": "lesion"}, "result": "r2", "text": "Find the lesion.",
                 "box": [25, 35, 36, 46]},
                {"op": "long_axis", "args": {"region": "r2"}, "result": 22.83, "unit": "mm", "text": "Measure it.",
                 "box": [25, 35, 36, 46]},
            ],
        },
        {
            "id": "d2", "task": "comparison", "answer": "the left kidney", "regions": ["r3", "r4"], "facts": ["f8"],
            "made_by": MAKER,
            "choices": ["the left kidney", "the right kidney"],
            "turns": [
                {"role": "user", "text": "Which kidney shows the larger area here?"},
                {"role": "assistant", **text("The left kidney, 1.25 times the right one.", ("1.25 times", "f8"))},
            ],
            "reasoning": [{"op": "ratio", "args": {"of": ["r3", "r4"]}, "result": 1.25, "text": "Divide the areas."}],
        },
    ]  # fmt: skip
    return {
        **frame(CT_KEY, "toy", "train"), **scene, "schema": "triptych/sample/1", "facts": facts, "dialogues": dialogues,
        "presence": [{"concept": concept(LIVER), "state": "present"}, {"concept": concept(ABDOMEN), "state": "absent"}],
        "description": {
            "global": overall,
            "regions": [{"region": "r1", **text("The liver covers 8000 mm² here.", ("8000 mm²", "f9"))},
                        {"region": "r3", **text("The kidney on the patient's left.", ("the patient's left", "f10"))}],
            "relations": [text("The lesion lies inside the liver.", ("inside the liver", "f7"))],
            "made_by": MAKER,
        },
    }  # fmt: skip


def us_sample() -> dict[str, Any]:
    us = Concept(system="DCM", code="US", label="ultrasound")
    return {
        **frame(US_KEY, "scan", "test"), "modality": concept(us), "anatomy": [],
        "media": [{"name": "png", "kind": "image", "width": 64, "height": 48, "channels": 3}],
        "regions": [{"id": "r1", "concept": concept(LESION), "source_label": EVIL, "made_by": HUMAN,
                     "box": {"media": "png", "xyxy": [10, 12, 30, 40]}}],
        "facts": [fact(1, "count", 1, ("r1",), concept=concept(LESION))],
        "description": {
            "global": text("One lesion shows.", ("One lesion", "f1")), "made_by": MAKER,
            "source": [{**text(f"A lesion, seen by Dr. [NAME]. {EVIL}", ("A lesion", "f1")), "kind": "findings",
                        "heading": "FINDINGS", "level": "study", "checked": "uncheckable", "left_out": 1,
                        "made_by": PUBLISHED}],
        },
        "dialogues": [{
            "id": "d1", "task": "source_question", "answer": "yes", "facts": ["f1"], "made_by": PUBLISHED,
            "turns": [{"role": "user", "text": "Is it there?"}, {"role": "assistant", **text("yes", ("yes", "f1"))}],
            "level": "image", "checked": "supported", "answer_type": "yes_no", "source": {"id": "17"},
        }],
    }  # fmt: skip


def doc_sample() -> dict[str, Any]:
    doc = Concept(system="TRIPTYCH", code="doc", label="report text")
    words = f"FINDINGS: no lesion of the liver. {EVIL} IMPRESSION: clear."
    start = words.index("no lesion")
    return {
        **frame(DOC_KEY, "note", "train"), "modality": concept(doc), "view": {"frame": "text"}, "document": words,
        "regions": [{"id": "r1", "concept": concept(LESION), "source_label": "lesion", "made_by": HUMAN,
                     "span": [start, start + 9], "span_unit": "char"}],
        "facts": [fact(1, "finding", "absent", ("r1",), concept=concept(LESION))],
        "description": {"global": text(f"The report says there is no lesion. {EVIL}", ("no lesion", "f1")),
                        "made_by": MAKER},
    }  # fmt: skip


def ecg_sample() -> dict[str, Any]:
    ecg = Concept(system="DCM", code="ECG", label="electrocardiography")
    return {
        **frame(ECG_KEY, "scan", "train"), "modality": concept(ecg), "view": {"frame": "signal"},
        "media": [{"name": "png", "kind": "image", "width": 240, "height": 60, "channels": 1}],
        "regions": [{"id": "r1", "concept": concept(LESION), "source_label": "beat", "made_by": HUMAN,
                     "span": [0.25, 1.5], "span_unit": "s"}],
        "facts": [fact(1, "interval", 812.0, ("r1",), unit="ms")],
        "description": {"global": text("The beats lie 812 ms apart.", ("812 ms", "f1")), "made_by": MAKER},
    }  # fmt: skip


def png(image: np.ndarray) -> bytes:
    ok, data = cv2.imencode(".png", image)
    assert ok
    return data.tobytes()


def media(key: str) -> dict[str, bytes]:
    if key == CT_KEY:
        view = axial_abdomen()
        assert view.image is not None
        flat = {rid: mask for rid, (_, mask) in SHAPES.items()}
        first = sum((int(rid[1:]) * flat[rid] for rid in ("r1", "r3", "r4")), np.zeros((100, 120), np.uint8))
        return {
            "png": png(view.image),
            "mask.png": png(first.astype(np.uint8)),
            "mask1.png": png((2 * flat["r2"]).astype(np.uint8)),
        }
    y, x = np.mgrid[:48, :64]
    if key == US_KEY:
        return {"png": png(np.dstack([(x * 3) % 256, (y * 5) % 256, (x + y) % 256]).astype(np.uint8))}
    if key == ECG_KEY:
        return {"png": png(np.tile((np.arange(240) % 40 < 2) * 255, (60, 1)).astype(np.uint8))}
    return {}


def write_tar(path: Path, samples: list[dict[str, Any]], members: Mapping[str, dict[str, bytes]] = {}) -> None:
    """`members`: of samples by key, where they are not those of `media`."""
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for sample in sorted(samples, key=lambda row: row["key"]):
            line = Sample.model_validate(sample).to_json().encode()
            for ext, data in sorted({"json": line, **(members.get(sample["key"]) or media(sample["key"]))}.items()):
                info = tarfile.TarInfo(f"{sample['key']}.{ext}")
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))


def write_manifest(root: Path, counts: Mapping[str, int]) -> None:
    shards = [
        {"name": path.name, "bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
         "samples": counts[path.name], "split": path.name.split("-")[0]}
        for path in sorted(root.glob("*.tar"))
    ]  # fmt: skip
    manifest = {
        "schema": "triptych/manifest/1",
        "name": "toys",
        "version": "1.2.0",
        "shards": shards,
        "counts": {"samples": 4},
    }
    (root / "manifest.json").write_text(json.dumps(manifest))


def add_shard(root: Path, name: str, groups: list[tuple[dict[str, Any], dict[str, bytes]]]) -> None:
    """A shard more in a workspace, of samples with their members."""
    write_tar(root / "shards" / name, [said for said, _ in groups], {said["key"]: own for said, own in groups})
    old = json.loads((root / "shards/manifest.json").read_bytes())["shards"]
    write_manifest(root / "shards", {**{shard["name"]: shard["samples"] for shard in old}, name: len(groups)})


def workspace(root: Path) -> Path:
    """`root` with shards/, quarantine/ and report.json; returns it."""
    shards = root / "shards"
    (shards / "stats").mkdir(parents=True)
    write_tar(shards / "train-000000.tar", [ct_sample(), doc_sample(), ecg_sample()])
    write_tar(shards / "test-000000.tar", [us_sample()])
    write_manifest(shards, {"train-000000.tar": 3, "test-000000.tar": 1})
    (shards / "LICENSES.md").write_text(f"# Licences\n\nCC-BY-4.0 {EVIL}\n")
    (shards / "stats" / "areas.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 9L9 0"/></svg>'
    )
    row = {"key": "q1", "dataset": "toy", "stage": "ingest", "unit": "toy/bad.dcm", "uri": "toy/bad.dcm",
           "reason": f"truncated {EVIL}", "payload": "{}"}  # fmt: skip
    (root / "quarantine" / "dataset=toy").mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist([row]), root / "quarantine" / "dataset=toy" / "part.parquet")
    stage = {
        "stage": "ingest",
        "read": 5,
        "emitted": 4,
        "filtered": 0,
        "quarantined": 1,
        "deduplicated": 0,
        "out": 4,
        "seconds": 1.25,
    }
    (root / "report.json").write_text(json.dumps({"stages": [stage]}))
    return root


def card(slug: str, **changes: Any) -> DatasetCard:
    base: dict[str, Any] = {
        "id": slug, "name": f"The {slug} set", "summary": "Made by hand for the tests.", "version": "1",
        "homepage": "example.org",
        "citation": "Toy, 2026", "modalities": ["ct"], "anatomy": ["abdomen"], "tasks": ["segmentation"],
        "terms": {"licence": "CC-BY-4.0", "access": "open", "redistribution": "yes", "derivatives": "yes",
                  "commercial": "unknown",
                  "attribution": "The toy authors", "evidence": "its LICENSE file"},
        "layout": {"reader": "pairs", "labels": {"1": "liver", "2": "lesion", "9": None},
                   "unmapped": {"9": "scanner table"}},
    }  # fmt: skip
    return DatasetCard.model_validate({**base, **changes})


def cards() -> dict[str, DatasetCard]:
    closed = {"licence": "CC-BY-NC-4.0", "access": "open", "redistribution": "no", "derivatives": "yes",
              "commercial": "no",
              "attribution": EVIL, "evidence": "its home page"}  # fmt: skip
    return {
        "toy": card("toy", subject_space="toys", exhaustive=["liver"]),
        "scan": card(
            "scan", modalities=["us"], tasks=["detection"], anatomy=["lesion"], terms=closed, summary=f"Sound. {EVIL}"
        ),
        "far": card("far", subject_space="toys", name="Far away", modalities=["mr"]),
    }


def space() -> LabelSpace:
    named = {"liver": ("anatomy", LIVER), "lesion": ("finding", LESION), "left_kidney": ("anatomy", LEFT_KIDNEY),
             "abdomen": ("anatomy", ABDOMEN), "ct": ("modality", CT)}  # fmt: skip
    return LabelSpace(
        entries=tuple(
            Entry.model_validate({"slug": slug, "facet": facet, "concept": item})
            for slug, (facet, item) in named.items()
        )
    )

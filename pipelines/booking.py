"""Booking: every unit that a stage reads leaves exactly one row in the ledger."""

from typing import Any

from pipelines.packet import Packet
from schemas import Notice, Outcome, Quarantined, canonical_json, content_key
from schemas.outcome import Fate


def emitted(packet: Packet, stage: str, unit: str, out: int = 1) -> None:
    """Book a unit that went on, with how many units of the next stage it became."""
    _book(packet, stage, unit, "emitted", None, out)


def filtered(packet: Packet, stage: str, unit: str, reason: str) -> None:
    """Book a unit that is left out on purpose."""
    _book(packet, stage, unit, "filtered", reason, 0)


def quarantined(packet: Packet, stage: str, unit: str, reason: str, payload: dict[str, Any] | None = None) -> None:
    """Book a unit that failed, with what is needed to try again."""
    _book(packet, stage, unit, "quarantined", reason, 0)
    record = packet.record
    row = Quarantined(
        key=content_key("quarantine", packet.keys[stage], unit), dataset=record.dataset, stage=stage, unit=unit,
        uri=record.sources[0].uri, reason=reason, payload={"record": record.key, **(payload or {})},
    )  # fmt: skip
    packet.emit("quarantine", quarantine_row(row, packet.keys[stage], packet.attempt))


def set_aside(packet: Packet, stage: str, scene: str, check: str, reason: str, payload: dict[str, Any]) -> None:
    """Book words of a scene that may not leave, while the scene itself goes on: to be seen, and no unit of a stage."""
    record, key = packet.record, content_key("quarantine", packet.keys[stage], scene, check, payload)
    row = Quarantined(
        key=key, dataset=record.dataset, stage=stage, unit=scene, uri=record.sources[0].uri, reason=reason,
        payload={"record": record.key, "scene": scene, **payload},
    )  # fmt: skip
    packet.emit("quarantine", quarantine_row(row, packet.keys[stage], packet.attempt))
    failed = verdict(packet, stage, scene, check, reason, check=check, reason=reason, outcome="fail", scene=scene)
    packet.emit("verdicts", failed)


def passed_over(packet: Packet, stage: str, scene: str, check: str, reason: str) -> None:
    """Book what a source says and this scene does not."""
    packet.emit("verdicts", verdict(packet, stage, scene, check, reason, check=check, reason=reason, scene=scene))


def noticed(packet: Packet, stage: str, told: str, notice: Notice) -> None:
    """Book what was met on the way of a record. `told`: which words tell it from others of the stage."""
    packet.emit("verdicts", verdict(packet, stage, told, check="reading", reason=notice.to_json()))


def verdict(
    packet: Packet, stage: str, *parts: str, check: str, reason: str | None, outcome: str = "warn",
    scene: str | None = None, score: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The table row of a check's outcome. `parts`: what tells it from others of the same record and stage."""
    made, record = packet.keys[stage], packet.record
    return {
        "key": content_key("verdict", made, *parts), "dataset": record.dataset, "made": made, "record": record.key,
        "scene": scene, "check": check, "outcome": outcome, "score": score, "reason": reason,
    }  # fmt: skip


def quarantine_row(item: Quarantined, made: str, attempt: int = 1) -> dict[str, Any]:
    """The table row of a quarantined unit."""
    row = item.model_dump(exclude={"payload"})
    return {**row, "made": made, "attempt": attempt, "payload": canonical_json(item.payload)}


def _book(packet: Packet, stage: str, unit: str, fate: Fate, reason: str | None, out: int) -> None:
    outcome = Outcome(
        stage=stage, dataset=packet.record.dataset, unit=unit, key=packet.keys[stage], fate=fate, reason=reason, out=out
    )
    packet.emit("ledger", ledger_row(outcome, packet.record.key, packet.attempt))


def ledger_row(outcome: Outcome, record: str | None, attempt: int = 1) -> dict[str, Any]:
    """The table row of an outcome: its key joins stage and unit, its `made` is the stage's key."""
    return {
        "key": content_key("ledger", outcome.stage, outcome.unit), "dataset": outcome.dataset, "made": outcome.key,
        "record": record, "stage": outcome.stage, "unit": outcome.unit, "fate": outcome.fate,
        "reason": outcome.reason, "out": outcome.out, "attempt": attempt,
    }  # fmt: skip

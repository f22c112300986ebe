"""An explanation as a tree for people."""

from typing import Any

from rich.markup import escape
from rich.tree import Tree

from schemas import Notice


def render(found: dict[str, Any]) -> Tree:
    """The way of a sample, a record, a region or a file, from its bytes to its fate."""
    root = Tree(
        f"[bold]{found['kind']}[/bold] {found.get('key', '')}" + (f" - {found['fate']}" if "fate" in found else "")
    )
    record = found.get("record")
    if record and not found.get("members"):
        _sources(root.add(f"record {record['key']} of {record['dataset']}, subject {record['subject']}"), record)
    for number, member in enumerate(found.get("members", []), 1):
        _member(root, number, member)
    if stages := found.get("stages"):
        branch = root.add("stages")
        for step in stages:
            reason = f": {escape(step['reason'])}" if step["reason"] else ""
            branch.add(f"{step['stage']} {step['fate']}{reason} (key {step['made']})")
    for row in found.get("quarantine", []):
        root.add(f"[red]quarantined at {row['stage']}[/red] {escape(row['uri'])}: {escape(row['reason'])}")
    for sample in found.get("samples", []):
        root.add(f"{sample['key']} at byte {sample['offset']:,}, {sample['size']:,} bytes")
    for view in found.get("views", []):
        root.add(f"view {view['frame']} -> {view['key']}")
    for verdict in found.get("verdicts", []):
        root.add(
            f"check {verdict['check']} {verdict['outcome']}"
            + (f": {escape(verdict['reason'])}" if verdict["reason"] else "")
        )
    for notice in found.get("notices", []):
        root.add(f"[yellow]notice[/yellow] {notice['kind']}: {escape(Notice.model_validate(notice).text())}")
    if sample := found.get("sample"):
        _sample(root.add(f"sample, view {sample['view']['frame']}"), sample)
    if region := found.get("region"):
        root.add(f"{region['concept']['label']} ({region['frame']}), drawn by {region['made_by']['name']}")
    return root


def _sources(branch: Tree, record: dict[str, Any]) -> None:
    for source in record["sources"]:
        name = source["uri"] + (f"!{source['member']}" if source.get("member") else "")
        branch.add(f"{escape(name)} sha256 {source['sha256'][:16]}... ({source['bytes']:,} bytes)")


def _member(root: Tree, number: int, member: dict[str, Any]) -> None:
    """One image of a group: which of its kind, of which record, and the sample that shows it alone."""
    told = [escape(member["role"])] if member["role"] else []
    if member.get("prior"):
        told.append("an earlier study")
    if member["visit"] is not None:
        told.append(f"visit {member['visit']}" + ("" if member["days"] is None else f", {member['days']} days on"))
    if member["media"] is None:
        root.add(f"lacking: {', '.join(told)}")
        return
    said = [f"image {number}, {member['media']}", *told, f"view {member['frame']} of record {member['record']}"]
    of = f"of {member['dataset']} ({member['licence']})"
    _sources(root.add(f"{said[0]}: {', '.join(said[1:])}, {of}, alone in {member['key']}"), member)


def _sample(branch: Tree, sample: dict[str, Any]) -> None:
    facts = {fact["id"]: fact for fact in sample["facts"]}
    branch.add(f"{len(sample['regions'])} regions, {len(facts)} facts, {len(sample['dialogues'])} dialogues")
    text = sample["description"]["global"]
    said = branch.add("what its description says, and by which fact")
    for claim in text["claims"]:
        fact, (start, end) = facts[claim["fact"]], claim["span"]
        where = ", ".join(fact["regions"]) or fact["scope"]
        unit = fact["unit"] or ""
        said.add(f'"{text["text"][start:end]}" <- {fact["id"]} {fact["predicate"]} {fact["value"]} {unit} ({where})')

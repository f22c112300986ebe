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
    if record := found.get("record"):
        branch = root.add(f"record {record['key']} of {record['dataset']}, subject {record['subject']}")
        for source in record["sources"]:
            branch.add(f"{escape(source['uri'])} sha256 {source['sha256'][:16]}... ({source['bytes']:,} bytes)")
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

"""An explanation as PROV-O in JSON-LD (W3C, https://www.w3.org/TR/prov-o/): sources and the sample are entities, each
stage that worked on them is an activity, and whoever drew a region is an agent."""

from typing import Any

CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "triptych": "urn:triptych:",
    "used": {"@id": "prov:used", "@type": "@id"}, "wasGeneratedBy": {"@id": "prov:wasGeneratedBy", "@type": "@id"},
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "wasAttributedTo": {"@id": "prov:wasAttributedTo", "@type": "@id"},
    "wasInformedBy": {"@id": "prov:wasInformedBy", "@type": "@id"}, "label": "rdfs:label",
}  # fmt: skip


def prov(found: dict[str, Any]) -> dict[str, Any]:
    """The graph of what `explain` found: {"@context": ..., "@graph": [...]}."""
    key = str(found.get("key") or found.get("region", {}).get("key", ""))
    steps = _steps(found)
    sample = found.get("sample") or {}
    made_of = sample["provenance"] if sample.get("group") else found.get("record") or {}
    sources = [_source(source) for source in made_of.get("sources", [])]
    agents = _agents(found)
    me: dict[str, Any] = {"@id": f"triptych:{found['kind']}/{key}", "@type": "prov:Entity", "label": found["kind"],
                          "wasDerivedFrom": [source["@id"] for source in sources]}  # fmt: skip
    if fate := found.get("fate"):
        me["triptych:fate"] = fate
    if steps:
        me["wasGeneratedBy"] = steps[-1]["@id"]
        steps[0]["used"] = [source["@id"] for source in sources]
    if agents:
        me["wasAttributedTo"] = [agent["@id"] for agent in agents]
    return {"@context": CONTEXT, "@graph": [me, *sources, *steps, *agents]}


def _source(source: dict[str, Any]) -> dict[str, Any]:
    name = source["uri"] + (f"!{source['member']}" if source.get("member") else "")
    return {"@id": f"urn:sha256:{source['sha256']}", "@type": "prov:Entity", "label": name,
            "triptych:bytes": source["bytes"]}  # fmt: skip


def _steps(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The activities, each informed by the one before it. A sample's own provenance has their parameters."""
    sample = found.get("sample") or {}
    params = {step["key"]: step for step in sample.get("provenance", {}).get("steps", [])}
    steps: list[dict[str, Any]] = []
    for row in found.get("stages", []):
        step = {"@id": f"triptych:step/{row['made']}", "@type": "prov:Activity", "label": row["stage"],
                "triptych:fate": row["fate"], "triptych:reason": row["reason"]}  # fmt: skip
        if about := params.get(row["made"]):
            step |= {"triptych:version": about["version"], "triptych:parameters": about["params"]}
        if steps:
            step["wasInformedBy"] = steps[-1]["@id"]
        steps.append({name: value for name, value in step.items() if value is not None})
    return steps


def _agents(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Who drew the regions: a person, a model, a rule."""
    regions = [found["region"]] if "region" in found else (found.get("sample") or {}).get("regions", [])
    makers = {(r["made_by"]["kind"], r["made_by"]["name"], r["made_by"].get("version")) for r in regions}
    kinds = {"human": "prov:Person", "model": "prov:SoftwareAgent", "rule": "prov:SoftwareAgent"}
    return [
        {"@id": f"triptych:maker/{kind}/{'-'.join(name.split())}", "@type": kinds[kind], "label": name,
         **({"triptych:version": version} if version else {})}
        for kind, name, version in sorted(makers, key=str)
    ]  # fmt: skip

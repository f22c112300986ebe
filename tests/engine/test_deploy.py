"""The files of deploy/ against the schemas of those who read them, and their commands against our command line."""

import json
import re
import shlex
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import ray
import typer
import yaml

from pipelines.commands.app import app
from pipelines.recipes import load
from pipelines.store.files import is_remote
from tests.engine.stores import ROOT

DEPLOY = ROOT / "deploy"
RAYJOB_SCHEMA = Path(__file__).with_name("rayjob.schema.json")


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def commands() -> list[str]:
    """Every `triptych` command that deploy/ names."""
    inside = re.findall(r"'RAY_ADDRESS=auto (triptych [^']+)'", (DEPLOY / "README.md").read_text(encoding="utf-8"))
    return [read("rayjob.yaml")["spec"]["entrypoint"], *inside]


def test_ray_up_takes_the_cluster() -> None:
    schema = json.loads((Path(ray.__file__).parent / "autoscaler/ray-schema.json").read_text(encoding="utf-8"))
    cluster = read("ray-cluster.yaml")
    jsonschema.Draft7Validator(schema).validate(cluster)
    assert cluster["head_node_type"] in cluster["available_node_types"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate({**cluster, "workers": 3})


def test_kuberay_takes_the_job() -> None:
    schema = json.loads(RAYJOB_SCHEMA.read_text(encoding="utf-8"))
    job = read("rayjob.yaml")
    jsonschema.Draft7Validator(schema).validate(job)
    cluster = job["spec"]["rayClusterSpec"]
    for group in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"]):
        pod = group["template"]["spec"]
        for container in pod["containers"]:
            assert {m["name"] for m in container["volumeMounts"]} == {v["name"] for v in pod["volumes"]}
            (cache,) = [one["value"] for one in container["env"] if one["name"] == "TRIPTYCH_CACHE"]
            assert cache in {mount["mountPath"] for mount in container["volumeMounts"]}
    del cluster["workerGroupSpecs"][0]["groupName"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate(job)


def test_every_node_runs_the_ray_that_is_locked() -> None:
    ours = version("ray")
    assert read("rayjob.yaml")["spec"]["rayClusterSpec"]["rayVersion"] == ours
    assert read("ray-cluster.yaml")["docker"]["image"] == f"rayproject/ray:{ours}-py311"
    assert read("ray-cluster.yaml")["available_node_types"]["gpu"]["docker"]["worker_image"] == (
        f"rayproject/ray:{ours}-py311-gpu"
    )
    file = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert f"ARG ON=py311\nFROM rayproject/ray:{ours}-${{ON}}\n" in file


def test_gpu_workers_come_up_on_demand_alone() -> None:
    cluster = read("rayjob.yaml")["spec"]["rayClusterSpec"]
    groups = {one["groupName"]: one for one in cluster["workerGroupSpecs"]}
    asked = {
        name: container["resources"]["limits"].get("nvidia.com/gpu")
        for name, group in groups.items()
        for container in group["template"]["spec"]["containers"]
    }
    assert asked == {"cpu": None, "gpu": "1"}
    assert (groups["gpu"]["replicas"], groups["gpu"]["minReplicas"]) == (0, 0)
    assert groups["gpu"]["maxReplicas"] > 0
    assert cluster["enableInTreeAutoscaling"]
    node = read("ray-cluster.yaml")["available_node_types"]["gpu"]
    assert node["min_workers"] == 0 < node["max_workers"]


@pytest.mark.parametrize("command", commands())
def test_the_commands_are_ours(command: str) -> None:
    name, stage, *rest = shlex.split(command)
    assert name == "triptych"
    group: Any = typer.main.get_command(app)
    options = group.commands[stage].make_context(stage, rest).params
    assert is_remote(options["raw"])
    assert is_remote(options["workspace"])
    assert options["engine"] == "ray"
    assert load(ROOT / str(options["recipe"]).rpartition("triptych/")[2]).sources

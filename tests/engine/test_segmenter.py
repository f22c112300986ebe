"""A segmenter is an operator of its own on Ray: one load a worker, which is handed decoded pixels; and a node that is
lost takes no region with it."""

import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests import models_by_hand as by_hand
from tests.engine import clusters, crash, stores
from tests.engine.clusters import Cluster
from tests.engine.crash import ROOT, Made, units
from tests.pipelines.workshop import hashes

SAMPLES, BEGUN = 48, 4


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Pictures, and a recipe that asks a network for what is bright on them; its card wants a GPU to itself."""
    plain = crash.make(tmp_path, SAMPLES)
    by_hand.brighter(tmp_path / "models/bright.onnx", level=0.5, axes=2)
    shown = {"normalise": "minmax", "patch": [64, 64]}
    labels = {"labels": {1: "nucleus"}}
    by_hand.card(tmp_path / "models/bright.yaml", input=shown, output=labels, modality=["SM"], gpus=1)
    recipe = yaml.safe_load(plain.recipe.read_text())
    recipe["sources"][0] |= {"experts": ["bright"], "min_reliability": 0}
    plain.recipe.write_text(yaml.safe_dump(recipe))
    return plain


def begin(made: Made, space: Path, env: dict[str, str], engine: str) -> "stores.subprocess.Popen[str]":
    command = ["build", str(made.recipe), "--raw", str(made.raw), "--workspace", str(space), "--engine", engine]
    return stores.begin(made.recipe.parent, env, *command)


def ended(build: "stores.subprocess.Popen[str]") -> None:
    out, err = build.communicate(timeout=stores.MINUTES)
    assert build.returncode == 0, out + err


def loads(counted: Path) -> Counter[int]:
    """How often each process loaded the network."""
    return Counter(pid for kind, _, pid in units(counted) if kind == "load")


def killed(cluster: Cluster, counted: Path, build: "stores.subprocess.Popen[str]") -> int:
    """Ends the node on which the model works, midway; the worker that had it."""
    until = time.monotonic() + stores.MINUTES
    while build.poll() is None and time.monotonic() < until:
        for worker in loads(counted):
            if sum(kind == "regions" and pid == worker for kind, _, pid in units(counted)) >= BEGUN:
                os.kill(clusters.parent(worker), signal.SIGKILL)
                return worker
        time.sleep(0.005)
    raise AssertionError("the build ended before the model had begun")


def test_a_node_that_is_lost_with_its_model_costs_nothing_but_a_load(made: Made, tmp_path: Path) -> None:
    """The head has no GPU, two nodes have one each; the one on which the model works is killed."""
    counting = f"{Path(__file__).parent / 'counting'}:{ROOT}"
    env = {"TRIPTYCH_MODELS": str(tmp_path / "models"), "PYTHONPATH": counting, "COUNTED_MODELS": "yes"}
    here, there = tmp_path / "here.txt", tmp_path / "there.txt"
    ended(begin(made, tmp_path / "inline", {**env, "COUNTED": str(here)}, "inline"))
    assert list(loads(here).values()) == [1]
    with clusters.head(cores=1, **env, COUNTED=str(there)) as cluster:
        nodes = {cluster.join(gpus=1), cluster.join(gpus=1)}
        asked = {**env, "COUNTED": str(there), "RAY_ADDRESS": cluster.address}
        build = begin(made, tmp_path / "space", asked, "ray")
        worker = killed(cluster, there, build)
        ended(build)
        assert len(nodes & set(cluster.raylets())) == 1
    each = loads(there)
    assert len(each) > 1  # another worker took over
    assert set(each.values()) == {1}  # and each loaded the network once
    begun = Counter(pid for kind, _, pid in units(there) if kind == "regions")
    assert set(begun) == set(each)  # nobody else is asked
    assert not set(each) & {pid for kind, _, pid in units(there) if kind == "decode"}  # that is done where CPUs are
    assert BEGUN <= begun[worker] < SAMPLES <= begun.total()
    assert hashes(tmp_path / "space/shards") == hashes(tmp_path / "inline/shards")

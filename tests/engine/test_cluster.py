"""A build spread over two nodes, of which one is lost midway."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine import clusters, stores
from tests.engine.clusters import Cluster, busy
from tests.engine.conftest import Work
from tests.pipelines import workshop


@pytest.fixture(scope="module")
def all_sets(work: Work, tmp_path_factory: pytest.TempPathFactory) -> Work:
    """More work than the other tests need, so that there is a midway."""
    root = tmp_path_factory.mktemp("cluster")
    raw, recipe = workshop.raw(root / "raw"), workshop.recipe(root / "r.yaml")
    (root / "here").mkdir()
    stores.done(root, {}, *Work(root, raw, recipe, {}).build(str(root / "local")))
    return Work(root / "here", raw, recipe, workshop.hashes(root / "local/shards"))


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with clusters.head(cores=1) as found:
        yield found


def test_a_node_that_is_lost_costs_nothing_but_time(cluster: Cluster, all_sets: Work, tmp_path: Path) -> None:
    """The work of the lost node is done again on the other: the driver goes on to the same bytes by itself."""
    second, space = cluster.join(), tmp_path / "space"
    (first,) = set(cluster.raylets()) - {second}
    build = all_sets.build(str(space), "--engine", "ray")
    process = stores.begin(all_sets.folder, {"RAY_ADDRESS": cluster.address}, *build)
    seen: dict[int, list[str]] = {first: [], second: []}
    while process.poll() is None and not all(seen.values()):
        for raylet, titles in seen.items():
            titles += busy(raylet)
        time.sleep(0.02)
    assert all(seen.values()), f"not spread over both nodes: {seen}"
    os.kill(second, signal.SIGKILL)
    out, err = process.communicate(timeout=stores.MINUTES)
    assert process.returncode == 0, out + err
    assert cluster.raylets() == [first]
    assert workshop.hashes(space / "shards") == all_sets.corpus
    assert not [path for path in (space / "journal").rglob("*") if path.is_file()]

"""Exports of the toy corpus for the programs that they are written for; torchvision beside a torch without CUDA."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.reads import client
from tests.transforms.shards.exports.conftest import exported, published

__all__ = ["exported", "published"]

if importlib.util.find_spec("torchvision"):
    import tests.oracles.loaders._vision  # noqa: F401 - before torchvision


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """FiftyOne with a database of this run's own. That of its package was built against OpenSSL 1.1, which
    psycopg2-binary carries."""
    home = tmp_path_factory.mktemp("fiftyone")
    bundled = Path(client("psycopg2").__file__).parents[1] / "psycopg2_binary.libs"
    for name in ("ssl", "crypto"):
        (home / f"lib{name}.so.1.1").symlink_to(next(bundled.glob(f"lib{name}-*.so.1.1")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LD_LIBRARY_PATH", str(home))
        patch.setenv("FIFTYONE_DATABASE_DIR", str(home / "db"))
        patch.setenv("FIFTYONE_CONFIG_PATH", str(home / "config.json"))
        patch.setenv("FIFTYONE_DO_NOT_TRACK", "true")
        yield

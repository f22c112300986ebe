"""One test a data set in the suite over all replicas: those go to whichever worker is free, other files to one each."""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

SPREAD = "tests/connectors/test_replicas.py"


class Spread(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(SPREAD) else str(super()._split_scope(nodeid))


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return Spread(config, log) if config.getvalue("dist") == "loadfile" else None

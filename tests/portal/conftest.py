from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from catalog.portal import create_app, freeze
from tests.portal import fixture


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fixture.workspace(tmp_path_factory.mktemp("portal") / "toys")


@pytest.fixture(scope="session")
def app(workspace: Path) -> FastAPI:
    return create_app([workspace], cards=fixture.cards(), space=fixture.space())


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


@pytest.fixture(scope="session")
def frozen(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("frozen")
    with ThreadPoolExecutor(1) as pool:  # playwright keeps an event loop running in the thread of the tests
        pool.submit(freeze, [workspace], out, cards=fixture.cards(), space=fixture.space()).result()
    return out

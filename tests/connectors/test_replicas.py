"""Every replica that a YAML file declares: read as published, and with one of its files broken."""

from pathlib import Path

import pytest

from tests.connectors import expectations
from tests.connectors.reading import connector
from tests.replicas.builder.tree import build, declarations, load

DECLARED = declarations()


@pytest.mark.parametrize("dataset", DECLARED)
def test_reads_as_published(dataset: str, tmp_path: Path) -> None:
    declaration = load(DECLARED[dataset])
    build(declaration, tmp_path)
    wrong = expectations.as_published(connector(dataset), tmp_path, declaration.expect)
    assert not wrong, _listed(dataset, wrong)


@pytest.mark.parametrize("dataset", DECLARED)
def test_broken_files(dataset: str, tmp_path: Path) -> None:
    declaration = load(DECLARED[dataset])
    build(declaration, tmp_path)
    wrong = expectations.broken(connector(dataset), tmp_path, declaration.expect)
    assert not wrong, _listed(dataset, wrong)


def _listed(dataset: str, wrong: list[str]) -> str:
    return "\n".join([f"{dataset} differs from tests/replicas/{dataset}.yaml:", *(f"  - {line}" for line in wrong)])

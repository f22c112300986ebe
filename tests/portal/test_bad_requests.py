"""What nobody should ask for, and shards that are not what was published: an answer in a line, never a traceback."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from catalog.portal import create_app
from tests.corpora import corpus
from tests.portal import fixture

PAGE = "/corpora/toy_corpus"
SHARD = "train-000000.tar"
LEAD = re.compile(r'<p class="lead">(.*?)</p>', re.DOTALL)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("portal") / "corpus"
    corpus().publish(folder)
    return TestClient(create_app([folder], cards=fixture.cards(), space=fixture.space()))


@pytest.mark.parametrize(
    "query",
    ["page=-1", "page=0", "page=1000000000", f"page={10**30}", "page=1&page=2", "size=0", "sort=nope", "split=nope",
     "q=%00%ff", "plane=%00", "=", "&&"],
)  # fmt: skip
def test_the_nearest_page(query: str, client: TestClient) -> None:
    """A number beyond the pages is the last or first of them; what is no option changes nothing."""
    assert client.get(f"{PAGE}?{query}").status_code == 200


@pytest.mark.parametrize("page", ["abc", "", "1.5", "%00", "<b>"])
def test_a_page_that_is_no_number(page: str, client: TestClient) -> None:
    answer = client.get(f"{PAGE}?page={page}")
    assert answer.status_code == 400
    (lead,) = LEAD.findall(answer.text)
    assert lead.startswith("page=")
    assert "<b>" not in lead


def cut(data: bytes) -> bytes:
    """Behind a whole record of the tar."""
    return data[:20480]


def others(where: bytes) -> Callable[[bytes], bytes]:
    """As many bytes, of which some behind each `where` are others."""
    return lambda data: where.join(part if n == 0 else b"\1\1\1" + part[3:] for n, part in enumerate(data.split(where)))


@pytest.mark.parametrize(
    "harm",
    [cut, lambda data: b"", lambda data: b"\7" * len(data), others(b"IDAT"), others(b'{"'), others(b"triptych/sample")],
    ids=["cut", "empty", "no tar", "pixels", "json", "version"],
)
def test_a_shard_that_is_another(harm: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """A page that would show less than was published, or something else, names the folder and what to do."""
    corpus().publish(tmp_path)
    shard = tmp_path / SHARD
    shard.write_bytes(harm(shard.read_bytes()))
    client = TestClient(create_app([tmp_path], cards=fixture.cards(), space=fixture.space()))
    for path in (f"{PAGE}/samples/toy-0000", f"{PAGE}/thumbs/toy-0000.jpg"):
        answer = client.get(path)
        assert answer.status_code == 500
        (lead,) = LEAD.findall(answer.text)
        assert lead.startswith(str(tmp_path))
        assert "dvc pull" in lead
        assert f"triptych verify {tmp_path}" in lead

"""What a corpus' page says of test sets."""

import hashlib
from pathlib import Path

from fastapi.testclient import TestClient

from catalog.portal import create_app
from schemas.leaks import Compared, Comparisons
from tests.portal import fixture


def test_a_test_set_is_not_checked_until_it_was_compared_with_this_very_corpus(tmp_path: Path) -> None:
    root = fixture.workspace(tmp_path / "toys")
    client = TestClient(create_app([root], cards=fixture.cards(), space=fixture.space()))
    before = client.get("/corpora/toys").text
    manifest = hashlib.sha256((root / "shards/manifest.json").read_bytes()).hexdigest()
    row = Compared(test_set="vqa_rad", people=0, files=0, pairs=3, questions=2, refused=1)
    for sha, times in (("of another corpus", 0), (manifest, 1)):
        (root / "shards.leaks.json").write_text(Comparisons(manifest=sha, compared=(row,)).to_json())
        page = client.get("/corpora/toys").text
        assert page.count("3 pairs of pictures or scans, 2 questions in both; 1 files were not read") == times
        assert page.count("not checked") == before.count("not checked") - times

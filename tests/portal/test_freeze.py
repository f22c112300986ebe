"""The frozen copy: every link in it leads to a file in it."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from catalog.portal import freeze
from tests.portal import fixture


def test_every_link_leads_to_a_file(frozen: Path) -> None:
    pages = sorted(frozen.rglob("*.html"))
    assert len(pages) == 12  # 4 samples, 3 data sets, the list, corpora, the corpus, run, quarantine
    for page in pages:
        for link in re.findall(r'(?:href|src|action)="([^"]*)"', page.read_text()):
            parts = urlsplit(unescape(link))
            assert not parts.scheme, link
            assert not link.startswith("/"), (page, link)
            assert not parts.path or (page.parent / unquote(parts.path)).is_file(), (page, link)


def test_frozen_bytes_do_not_depend_on_the_run(frozen: Path, workspace: Path, tmp_path: Path) -> None:
    count = freeze([workspace], tmp_path, cards=fixture.cards(), space=fixture.space())
    files = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(files) == count
    assert files == {path.relative_to(frozen): path.read_bytes() for path in frozen.rglob("*") if path.is_file()}

"""What sets, files and recipes are called stays text, in a real browser; long or odd requests get a short answer, and
many at once all get theirs."""

import http.client
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from markdown_it import MarkdownIt

from benchmarks.portal import load as press
from catalog.portal import create_app
from pipelines import report_page
from pipelines.context import Context
from tests.corpora import CARD, RECIPE, corpus
from tests.portal import fixture
from tests.portal.payloads import EVERY, PAYLOADS
from tests.portal.serving import serving
from tests.portal.test_browser import CHROMIUM, FLAGS, SAMPLES
from tests.transforms.shards.test_licence_mixes import MANIFEST
from transforms.shards.datacard import datacard
from transforms.shards.licence import licences_md
from transforms.shards.manifest import load

SECONDS, AT_ONCE = 2.0, 200
PAGES = ("/", "/datasets/scan", "/datasets/toy", "/corpora", "/corpora/toys", "/quarantine", "/run",
         SAMPLES + fixture.US_KEY, SAMPLES + fixture.DOC_KEY)  # fmt: skip


def tainted(sample: dict[str, Any]) -> dict[str, Any]:
    """A sample whose labels, words, uri, maker and licence are markup; claims keep their spans."""
    words = sample["description"]["global"]
    words["text"] += EVERY
    for region in sample["regions"]:
        region |= {"source_label": EVERY, "made_by": {"kind": "human", "name": EVERY}}
    for source in sample["description"].get("source", ()):
        source["text"] += EVERY
    for dialogue in sample.get("dialogues", ()):
        dialogue["turns"][0]["text"] += EVERY
    sample["licence"] = {**sample["licence"], "attribution": EVERY, "url": "javascript:window.harmed=1"}
    sample["provenance"]["sources"][0]["uri"] += EVERY
    sample["checks"][0]["reason"] = EVERY
    return sample


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = fixture.workspace(tmp_path_factory.mktemp("hostile") / "toys")
    shards = root / "shards"
    fixture.write_tar(shards / "test-000000.tar", [tainted(fixture.us_sample())])
    fixture.write_tar(
        shards / "train-000000.tar", [fixture.ct_sample(), tainted(fixture.doc_sample()), fixture.ecg_sample()]
    )
    fixture.write_manifest(shards, {"train-000000.tar": 3, "test-000000.tar": 1})
    (shards / "LICENSES.md").write_text(EVERY)
    row = dict.fromkeys(("key", "unit", "uri", "reason", "payload"), EVERY) | {"dataset": "toy", "stage": "ingest"}
    pq.write_table(pa.Table.from_pylist([row]), root / "quarantine" / "dataset=toy" / "part.parquet")
    return root


def cards() -> dict[str, Any]:
    """Cards of which every text that a publisher writes is markup."""
    found = fixture.cards()
    terms = found["scan"].terms.model_copy(
        update={"attribution": EVERY, "evidence": EVERY, "url": "javascript:window.harmed=1"}
    )
    changes = {"name": EVERY, "summary": EVERY, "citation": EVERY, "version": EVERY, "terms": terms,
               "homepage": "javascript:window.harmed=1"}  # fmt: skip
    return {**found, "scan": found["scan"].model_copy(update=changes)}


@pytest.fixture(scope="module")
def site(workspace: Path) -> Iterator[str]:
    with serving(create_app([workspace], cards=cards(), space=fixture.space())) as found:
        yield found


@pytest.fixture
def page(tab: Any) -> Any:
    """The tab without what an earlier test met."""
    tab.goto("about:blank")
    tab.trouble.clear()
    return tab


@pytest.fixture(scope="module")
def tab(site: str) -> Iterator[Any]:
    """A tab that notes where a dialog opens, a script of the text runs, or the policy of the page had to stop it."""
    if CHROMIUM is None:
        pytest.skip("no chromium here: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = browser.new_page(base_url=site)
        tab.trouble = trouble = []
        tab.on("dialog", lambda dialog: (trouble.append(f"dialog {dialog.message}"), dialog.dismiss()))
        tab.on("console", lambda said: trouble.append(said.text) if said.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error: trouble.append(str(error)))
        yield tab
        browser.close()


HARM = """() => [
  window.harmed, ...[...document.querySelectorAll('a, area, form, iframe, object, base')].map(
    e => [e.getAttribute('href'), e.getAttribute('action'), e.getAttribute('src')]).flat().filter(
      a => /^[\\s\\u0000-\\u001f]*(javascript|data|vbscript):/i.test(a || '')),
  ...[...document.querySelectorAll('*')].filter(
    e => [...e.attributes].some(a => a.name.startsWith('on'))
      || ['IFRAME', 'OBJECT', 'BASE', 'MGLYPH'].includes(e.tagName)
  ).map(e => e.outerHTML.slice(0, 80))].filter(Boolean)"""


def harmless(tab: Any) -> None:
    tab.mouse.move(300, 300)
    assert tab.evaluate(HARM) == [], tab.url
    assert tab.trouble == [], tab.url


@pytest.mark.parametrize("path", PAGES)
def test_markup_stays_text_in_the_portal(page: Any, path: str) -> None:
    page.goto(path)
    harmless(page)


@pytest.mark.parametrize("path", ["/?q={}", "/corpora/toys?q={}", "/corpora/{}", "/datasets/{}", SAMPLES + "{}"])
def test_what_is_asked_for_stays_text(page: Any, path: str) -> None:
    """What comes in through the address; a page that is not there is logged by the browser, and no fault."""
    for payload in PAYLOADS[::5]:
        page.goto(path.format(quote(payload, safe="")))
        page.trouble[:] = [said for said in page.trouble if "status of 4" not in said]
        harmless(page)


def test_markup_stays_text_in_the_report(page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report has no policy to help it: it is a file on the disk."""
    made = corpus()
    words = made.samples[0][0].description
    text = words.overall.model_copy(update={"text": EVERY, "claims": ()})
    made.change(0, lambda sample: sample.model_copy(update={"description": words.model_copy(update={"overall": text})}))
    made.publish(tmp_path / "shards")
    about = load(tmp_path / "shards").model_copy(update={"title": EVERY, "version": EVERY})
    (tmp_path / "shards/manifest.json").write_text(about.pretty())
    aside = {"stage": EVERY, "dataset": EVERY, "fate": EVERY, "reason": EVERY, "units": 3, "example": EVERY}
    monkeypatch.setattr(report_page, "asides", lambda *_, **__: [aside])
    goes = {"label": EVERY, "trait": EVERY, "present": 9, "absent": 9, "measure": 1.0, "p": 0.0, "q": 0.0,
            "values": {EVERY: (9, 9)}}  # fmt: skip
    told = {
        "engine": EVERY, "workers": 2, "peak_memory_mib": 1, "wall_seconds": {EVERY: 1.0}, "stages": [], "datasets": [],
        "notices": [{"dataset": EVERY, "kind": EVERY, "count": 1, "example": EVERY}], "confounders": [goes],
        "held_out": [{"who": {EVERY: [EVERY]}, "subjects": 1}],
        "models": [{"dataset": EVERY, "expert": EVERY, "concept": EVERY, "records": 1, "dice": 1.0, "least": 1.0}],
    }  # fmt: skip
    report_page.write(Context(RECIPE, str(tmp_path), str(tmp_path)), told)
    page.goto((tmp_path / "report.html").as_uri())
    harmless(page)
    assert page.locator("h1").inner_text().startswith("<script>")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_stays_text_in_the_cards_of_a_corpus(payload: str) -> None:
    """README.md and LICENSES.md, rendered with HTML let through: no tag, no link but to the web, no row too many."""
    terms = CARD.terms.model_copy(update={"attribution": payload, "evidence": payload, "url": f"javascript:{payload}"})
    card = CARD.model_copy(
        update={"name": payload, "citation": payload, "version": payload, "homepage": payload, "terms": terms}
    )
    recipe = RECIPE.model_copy(update={"title": payload, "summary": payload, "version": payload})
    counts = corpus().counts()
    about = MANIFEST.model_copy(update={"title": payload, "name": "toys"})
    readme = datacard(about, counts, recipe, [card]).split("---\n", 2)[2]
    plain = datacard(about, counts, RECIPE, [CARD]).split("---\n", 2)[2]
    for text, usual in ((readme, plain), (licences_md(payload, [card]), licences_md("Toy", [CARD]))):
        found, wanted = shape(text), shape(usual)
        assert found["html"] == 0
        assert found["tr_open"] == wanted["tr_open"]
        assert found["td_open"] == wanted["td_open"]
        assert found["heading_open"] == wanted["heading_open"]


def shape(markdown: str) -> Counter[str]:
    """How many blocks of each kind; `html` counts raw HTML, and links that lead elsewhere than to the web or a file."""
    kinds: Counter[str] = Counter()
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        kinds[token.type] += 1
        for child in token.children or ():
            address = str(child.attrGet("href") or child.attrGet("src") or "")
            kinds["html"] += child.type == "html_inline" or (":" in address and not address.startswith("http"))
    kinds["html"] += kinds["html_block"]
    return kinds


@pytest.mark.parametrize("path", ["/?q={}", "/corpora/toys?q={}", "/api/datasets?q={}", "/?use={}", "/corpora/{}",
                                  "/datasets/{}", SAMPLES + "{}", "/{}"])  # fmt: skip
def test_a_very_long_query_gets_a_short_answer(workspace: Path, path: str) -> None:
    client = TestClient(create_app([workspace], cards=cards(), space=fixture.space()))
    for text in ("word " * 5_000, "x" * 50_000):
        began = time.process_time()
        found = client.get(path.format(text))
        assert (found.status_code in (404, 414), len(found.content) < 4_000) == (True, True)
        assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "x" * 200, "GET /a b"]
)
def test_an_odd_method_gets_a_short_answer(site: str, method: str) -> None:
    host, port = site.removeprefix("http://").split(":")
    for path in ("/", "/corpora/toys", "/api/datasets", "/static/filter.js"):
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        connection.putrequest(method, path, skip_host=False) if " " not in method else connection.send(
            f"{method}\r\n\r\n".encode()
        )
        if " " not in method:
            connection.endheaders()
            found = connection.getresponse()
            assert 400 <= found.status < 500
            assert len(found.read()) < 4_000
        connection.close()


def test_many_requests_at_once_all_get_an_answer(site: str) -> None:
    """A short one of what `benchmarks/portal.py` does for longer."""
    paths = [*PAGES, "/?q=liver", "/corpora/toys?split=test", "/api/datasets", "/static/filter.js"]
    with ThreadPoolExecutor(1) as pool:  # playwright keeps an event loop running in the thread of the tests
        found = pool.submit(press, site, paths, AT_ONCE, SECONDS).result()
    assert found.errors == []
    assert found.answers >= AT_ONCE

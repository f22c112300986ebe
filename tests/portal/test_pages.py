"""The pages as the server makes them."""

import json
import math
import re
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from fastapi.testclient import TestClient

from catalog.portal import create_app, sample_page
from schemas import Sample
from tests.portal import fixture
from tests.portal.fixture import CT_KEY, DOC_KEY, ECG_KEY, EVIL, US_KEY

SAMPLES = "/corpora/toys/samples/"
PAGES = ["/", "/datasets/toy", "/datasets/scan", "/datasets/far", "/corpora", "/corpora/toys", "/quarantine", "/run",
         *(SAMPLES + key for key in (CT_KEY, US_KEY, DOC_KEY, ECG_KEY))]  # fmt: skip


def names(page: str) -> list[str]:
    return re.findall(r'<a href="/datasets/(\w+)">', page)


@pytest.mark.parametrize("path", PAGES)
def test_page_is_safe_and_asks_no_other_host(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert EVIL not in answer.text
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', answer.text)
    assert not re.findall(r"<script(?![^>]*\bsrc=)", answer.text), "no script inside a page"
    assert "'unsafe" not in answer.headers["content-security-policy"]


def test_hostile_words_are_shown_as_words(client: TestClient) -> None:
    for path in ("/", "/datasets/scan", SAMPLES + DOC_KEY, SAMPLES + US_KEY, "/quarantine", "/corpora/toys"):
        assert "&lt;script&gt;" in client.get(path).text, path


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["far", "scan", "toy"]),
        ("modality=us", ["scan"]),
        ("modality=us&modality=mr", ["far", "scan"]),
        ("licence=CC-BY-4.0&modality=ct", ["toy"]),
        ("q=SOUND", ["scan"]),
        ("q=computed+tomography", ["toy"]),
        ("support=bring", ["far"]),
        ("modality=us&anatomy=abdomen", []),
    ],
)
def test_datasets_are_filtered_by_the_server(client: TestClient, query: str, expected: list[str]) -> None:
    assert sorted(names(client.get(f"/?{query}").text)) == expected
    assert sorted(card["id"] for card in client.get(f"/api/datasets?{query}").json()) == expected


def test_facet_counts_are_what_a_tick_would_leave(client: TestClient) -> None:
    page = client.get("/?modality=us").text
    counts = dict(re.findall(r'value="([\w.-]+)"[^>]*><span>[^<]*</span><b>(\d+)</b>', page))
    assert counts["us"] == counts["ct"] == counts["mr"] == "1"  # its own facet is not narrowed by itself
    assert counts["detection"] == "1"
    assert "segmentation" not in counts


def test_dataset_page_says_all_of_the_card(client: TestClient) -> None:
    page = client.get("/datasets/toy").text
    for words in ("SCT 10200004", "left out: scanner table", "You may pass it on",
                  "Nobody has found whether you may use it "
                  "commercially", "/datasets/far", f"{SAMPLES}{CT_KEY}"):  # fmt: skip
        assert words in page
    assert "You may not use it commercially" in client.get("/datasets/scan").text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {CT_KEY, US_KEY, DOC_KEY, ECG_KEY}),
        ("split=test", {US_KEY}),
        ("concept=lesion&split=train", {CT_KEY, DOC_KEY, ECG_KEY}),
        ("dataset=scan&modality=ultrasound", {US_KEY}),
        ("task=size", {CT_KEY}),
        ("plane=axial", {CT_KEY}),
        ("q=812+ms", {ECG_KEY}),
        ("q=scan-0001", {US_KEY}),
        ("task=size&split=test", set()),
    ],
)
def test_samples_are_filtered(client: TestClient, query: str, expected: set[str]) -> None:
    page = client.get(f"/corpora/toys?{query}").text
    assert set(re.findall(rf'href="{SAMPLES}([\w-]+)"', page)) == expected
    assert f"<b data-count>{len(expected)}</b>" in page


def test_members_are_the_bytes_of_the_shard(client: TestClient, workspace: Path) -> None:
    with tarfile.open(workspace / "shards" / "train-000000.tar") as tar:
        for name in tar.getnames():
            member = tar.extractfile(name)
            assert member is not None
            assert client.get(SAMPLES + name).content == member.read()
    assert client.get(f"/api{SAMPLES}{CT_KEY}").json() == client.get(f"{SAMPLES}{CT_KEY}.json").json()


@pytest.mark.parametrize(
    "path", ["/", SAMPLES + CT_KEY, f"{SAMPLES}{CT_KEY}.png", f"/corpora/toys/thumbs/{CT_KEY}.jpg", "/api/datasets"]
)
def test_a_second_look_sends_nothing(client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_claims_name_facts_and_regions(client: TestClient) -> None:
    page = client.get(SAMPLES + CT_KEY).text
    claims = re.findall(r'class="claim[^"]*"[^>]*data-facts="([^"]*)" data-regions="([^"]*)">([^<]*)<', page)
    assert ("f5", "r2", "22.83 mm") in claims
    assert ("f7", "r2 r1", "inside the liver") in claims
    assert ("f1", "", "computed tomography") in claims
    assert 'data-regions="r3 r4" data-box=""' in page  # a step that looks at two regions and no box
    letters = dict(re.findall(r'class="letter (\w+)"[^>]*>(\w+)<', page))
    assert letters == {"left": "R", "right": "L", "top": "A", "bottom": "P"}


def test_words_of_the_source_are_marked_as_such(client: TestClient) -> None:
    page = client.get(SAMPLES + US_KEY).text
    told, asked = re.findall(r'class="by">(The source[^<]*)<', page)
    assert told == (
        "The source&#39;s own words (scan), of the study, not all of it can be checked; 1 sentence left out."
    )
    assert asked == "The source&#39;s own words (scan), of the image, borne out by facts."
    assert "The rest was written by grounded" in page
    assert "<h3>Findings</h3>" in page
    assert "own words" not in client.get(SAMPLES + CT_KEY).text


def test_outline_on_the_page_is_the_mask(client: TestClient) -> None:
    page = client.get(SAMPLES + CT_KEY).text
    liver = re.search(r'data-region="r1".*?d="([^"]+)"', page, re.S)
    assert liver
    assert liver[1] == "M10 20h40v50h-40z"


def test_thumbnail_shows_the_picture_and_its_regions(client: TestClient) -> None:
    answer = client.get(f"/corpora/toys/thumbs/{CT_KEY}.jpg")
    image = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
    assert image.shape == (240, 288, 3)
    x, y = round(10 * 2.4), round(45 * 2.4)  # the liver's left edge
    assert np.ptp(image[y - 2 : y + 3, x - 2 : x + 3].astype(int), axis=2).max() > 60, "coloured where the outline runs"
    assert np.ptp(image[5, 5].astype(int)) < 12, "grey elsewhere"


def test_text_samples_have_no_picture(client: TestClient) -> None:
    assert client.get(f"/corpora/toys/thumbs/{DOC_KEY}.jpg").status_code == 404
    page = client.get(SAMPLES + DOC_KEY).text
    assert re.search(r'class="evidence[^>]*data-regions="r1" data-facts="f1">no lesion<', page)
    assert "<img" not in page


@pytest.mark.parametrize("path", ["/datasets/nothing", "/corpora/nothing", SAMPLES + "nothing",
                                  f"{SAMPLES}{CT_KEY}.gif", "/nowhere",
                                  "/corpora/toys/stats/..%2fmanifest.json"])  # fmt: skip
def test_unknown_pages_are_404(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_run_and_quarantine(client: TestClient) -> None:
    assert "toy/bad.dcm" in client.get("/quarantine").text
    page = client.get("/run").text
    assert "ingest" in page
    assert "does not balance" not in page


def test_catalogue_alone_says_how_to_build(tmp_path: Path) -> None:
    client = TestClient(create_app([tmp_path], cards=fixture.cards(), space=fixture.space()))
    for path in ("/", "/corpora"):
        assert "make demo" in client.get(path).text
    assert "Nothing in quarantine" in client.get("/quarantine").text


def test_a_rebuilt_corpus_shows_at_once(tmp_path: Path) -> None:
    root = fixture.workspace(tmp_path / "toys")
    client = TestClient(create_app([root], cards=fixture.cards(), space=fixture.space()))
    assert client.get(SAMPLES + US_KEY).status_code == 200
    (root / "shards" / "test-000000.tar").unlink()
    fixture.write_tar(root / "shards" / "train-000000.tar", [{**fixture.ct_sample(), "key": "toy-0002"}])
    fixture.write_manifest(root / "shards", {"train-000000.tar": 1})
    assert client.get(SAMPLES + US_KEY).status_code == 404
    assert client.get(SAMPLES + "toy-0002").status_code == 200
    assert "<b data-count>1</b> of 1" in client.get("/corpora/toys").text


def test_a_broken_shard_is_named(tmp_path: Path) -> None:
    root = fixture.workspace(tmp_path / "toys")
    shard = root / "shards" / "test-000000.tar"
    shard.write_bytes(shard.read_bytes()[:700])
    client = TestClient(create_app([root], cards=fixture.cards(), space=fixture.space()))
    answer = client.get("/corpora/toys")
    assert answer.status_code == 500
    assert "test-000000.tar" in answer.text
    assert "triptych verify" in answer.text
    assert "test-000000.tar" in client.get(f"/api{SAMPLES}{US_KEY}").json()["error"]


@pytest.mark.parametrize("broken", ["manifest.json", "test-000000.tar"])
def test_a_broken_corpus_hides_no_other(broken: str, tmp_path: Path) -> None:
    sound, other = fixture.workspace(tmp_path / "sound"), fixture.workspace(tmp_path / "broken")
    file = other / "shards" / broken
    file.write_bytes(file.read_bytes()[:700] if broken.endswith("tar") else b"{")
    client = TestClient(create_app([sound, other], cards=fixture.cards(), space=fixture.space()))
    for path in ("/", "/corpora"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert str(file) in answer.text
        assert "No corpus here yet" not in answer.text
    assert "/corpora/toys" in client.get("/corpora").text
    assert client.get("/corpora/toys").status_code == 200


def test_large_catalogues_stay_filterable() -> None:
    cards = {f"set{n}": fixture.card(f"set{n}", modalities=["ct" if n % 4 else "mr"]) for n in range(400)}
    client = TestClient(create_app([], cards=cards, space=fixture.space()))
    assert len(names(client.get("/?modality=mr").text)) == 100
    assert json.loads(client.get("/api/datasets?q=set399").content)[0]["id"] == "set399"
    pages = [names(client.get(f"/?page={page}").text) for page in range(1, 5)]
    assert [len(page) for page in pages] == [100] * 4
    assert len({name for page in pages for name in page}) == 400
    third = client.get("/?modality=ct&sort=year&page=3").text
    assert 'href="?modality=ct&amp;sort=year&amp;page=2"' in third
    assert names(client.get("/?page=99").text) == pages[-1]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("name", ["a", "b", "c"]), ("year", ["c", "a", "b"]), ("size", ["b", "a", "c"]), ("samples", ["a", "b", "c"])],
)
def test_data_sets_are_put_in_order(sort: str, expected: list[str]) -> None:
    given = {"a": (2001, {"images": 20}), "b": (1999, {"images": 7, "cells": 900}), "c": (2020, {})}
    cards = {name: fixture.card(name, year=year, counts=counts) for name, (year, counts) in given.items()}
    client = TestClient(create_app([], cards=cards, space=fixture.space()))
    page = client.get(f"/?sort={sort}").text
    assert names(page) == expected
    assert re.search(rf'sort={sort}" aria-current="true"', page)
    assert '<input type="hidden" name="sort"' in page
    refused = client.get(f"/?sort={sort}x")
    assert refused.status_code == 400
    assert "There are: name, year, size, samples." in refused.text


def test_points_are_drawn_with_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = fixture.us_sample()
    sample["regions"].append(
        {"id": "r2", "concept": fixture.concept(fixture.LIVER), "source_label": "", "made_by": fixture.HUMAN,
         "points": {"media": "png", "xy": [[40.5, 20.25], [44.0, 21.0]], "names": ["apex", EVIL]}}
    )  # fmt: skip
    monkeypatch.setattr(fixture, "us_sample", lambda: sample)
    app = create_app([fixture.workspace(tmp_path / "toys")], cards=fixture.cards(), space=fixture.space())
    page = TestClient(app).get(SAMPLES + US_KEY).text
    assert re.search(r'<circle class="point" cx="40.5" cy="20.25" r="[\d.]+"><title>apex</title></circle>', page)
    assert re.search(r'data-tag="r2"[^>]*>liver: apex, &lt;script', page)
    assert '<rect class="box" x="10" y="12" width="20" height="28"/>' in page  # a box without a mask
    assert EVIL not in page


def test_lines_and_ellipses_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = fixture.us_sample()
    told = {"concept": fixture.concept(fixture.LIVER), "source_label": "", "made_by": fixture.HUMAN}
    shape = {"media": "png", "centre": [30.0, 20.0], "axes": [12.0, 5.0], "angle": 40.0}
    sample["regions"] += [
        {"id": "r2", **told, "line": {"media": "png", "xy": [[4.5, 6.0], [20.0, 9.0], [30.0, 30.5]]}},
        {"id": "r3", **told, "ellipse": shape},
        {"id": "r4", **told, "turned_box": {"media": "png", "corners": [[30, 10], [40, 20], [30, 30], [20, 20.5]]}},
    ]
    monkeypatch.setattr(fixture, "us_sample", lambda: sample)
    app = create_app([fixture.workspace(tmp_path / "toys")], cards=fixture.cards(), space=fixture.space())
    page = TestClient(app).get(SAMPLES + US_KEY).text
    assert '<polyline class="line" points="4.5,6 20,9 30,30.5"/>' in page
    assert '<ellipse class="box" cx="30.0" cy="20.0" rx="12.0" ry="5.0" transform="rotate(40.0 30.0 20.0)"/>' in page
    assert '<polygon class="box" points="30,10 40,20 30,30 20,20.5"/>' in page
    tags = dict(re.findall(r'data-tag="(r\d)" data-x="([\d.]+)"', page))
    width = sample["media"][0]["width"]
    assert float(tags["r2"]) * width == pytest.approx(4.5)
    left = 30 - math.hypot(12 * math.cos(math.radians(40)), 5 * math.sin(math.radians(40)))
    assert float(tags["r3"]) * width == pytest.approx(left)
    thumbs = TestClient(app).get(f"/corpora/toys/thumbs/{US_KEY}.jpg")
    assert thumbs.status_code == 200


def test_of_several_images_each_region_says_which_and_a_frame_is_no_slice() -> None:
    one = fixture.us_sample()
    geometry = {"source_shape": [50, 48, 64], "slice_axis": 0, "slice_index": 6}
    film = {**one, "view": {"frame": "frame:6"}, "media": [{**one["media"][0], "geometry": geometry}]}
    assert "frame 6 of 50" in sample_page.view(Sample.model_validate(film), {}, ["png"]).lead
    media = [{**one["media"][0], "name": f"{n}.png"} for n in (0, 1)]
    drawn = [
        {**one["regions"][0], "id": f"r{n + 1}", "box": {"media": f"{n}.png", "xyxy": [1, 2, 9, 9]}} for n in (0, 1)
    ]
    members = [
        {"media": f"{n}.png", "visit": n + 1, "record": f"r{n}", "key": f"k{n}", "frame": "full"} for n in (0, 1)
    ]
    group = {"kind": "visits", "whole": True, "timed": True, "members": members}
    both = {**one, "view": {"frame": "visits"}, "media": media, "regions": drawn, "group": group}
    found = sample_page.view(Sample.model_validate(both), {}, ["0.png", "1.png"])
    assert [region.where for region in found.regions] == ["image 1", "image 2"]


def test_another_language_has_its_own_tab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = fixture.us_sample()
    fact = sample["facts"][0]["id"]
    overall = {"text": f"Se observa el hígado. {EVIL}", "claims": [{"span": [14, 20], "fact": fact}]}
    sample["translations"] = [{
        "language": "es", "global": overall,
        "dialogues": [{"id": "d1", "answer": "no", "choices": ["sí", "no"], "turns": [
            {"role": "user", "text": "¿Se observa?\n- sí\n- no"}, {"role": "assistant", "text": "No."}]}],
        "untold": [{"where": "dialogues.d9", "fact": None, "reason": "no Spanish wording of the family report"}],
        "made_by": {"backend": "languages", "revision": "1"},
    }]  # fmt: skip
    monkeypatch.setattr(fixture, "us_sample", lambda: sample)
    app = create_app([fixture.workspace(tmp_path / "toys")], cards=fixture.cards(), space=fixture.space())
    page = TestClient(app).get(SAMPLES + US_KEY).text
    assert 'aria-controls="text-es"' in page
    assert re.search(rf'data-facts="{fact}"[^>]*>hígado<', page)
    assert 'lang="es"' in page
    assert '<li class="right">no</li>' in page
    assert "no Spanish wording of the family report" in page
    assert EVIL not in page


def test_a_layout_is_a_tree_of_folders() -> None:
    import catalog
    from catalog.portal.folders import Node, tree

    def paths(node: Node, above: str = "") -> dict[str, tuple[str, ...]]:
        found = {above + node.name: node.notes} if node.notes else {}
        for one in node.inside:
            found |= paths(one, above + node.name)
        return found

    assert paths(tree(catalog.card("acdc"))) == {
        "acdc/ACDC/database/{part}/{patient}/{patient}_frame{frame}.nii.gz": ("volumes",),
        "acdc/ACDC/database/{part}/{patient}/{patient}_frame{frame}_gt.nii.gz": ("masks",),
        "acdc/ACDC/database/{part}/{patient}/Info.{ext}": ("table",),
    }
    for card in catalog.cards().values():  # every card has a page
        assert tree(card).name == f"{card.id}/"

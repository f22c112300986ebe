"""The pages in a real browser: headless Chromium, as Debian ships it."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from catalog.portal import create_app
from tests.portal import test_reel
from tests.portal.fixture import CT_KEY, DOC_KEY, ECG_KEY, US_KEY, add_shard, cards, space, workspace
from tests.portal.serving import serving

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync",
         "--no-first-run"]  # fmt: skip
SAMPLES = "/corpora/toys/samples/"
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")


@pytest.fixture(scope="module")
def site(app: FastAPI) -> Iterator[str]:
    with serving(app) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Tab:
    page: Any
    trouble: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    hosts_allowed: set[str] = field(default_factory=lambda: {"file://"})


@pytest.fixture
def tab(browser: Any, site: str) -> Iterator[Tab]:
    context = browser.new_context(base_url=site, viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    tab = Tab(context.new_page())
    tab.page.on("console", lambda said: tab.trouble.append(said.text) if said.type in ("error", "warning") else None)
    tab.page.on("pageerror", lambda error: tab.trouble.append(str(error)))
    tab.page.on("request", lambda request: tab.hosts.add("/".join(request.url.split("/")[:3])))
    yield tab
    context.close()
    assert tab.trouble == []
    assert tab.hosts <= {site, *tab.hosts_allowed}


LIT = "[...document.querySelectorAll('[data-region].lit')].map(e => e.dataset.region).sort()"
OPACITY = """Object.fromEntries([...document.querySelectorAll('[data-region]')].map(
  e => [e.dataset.region, +getComputedStyle(e).opacity]))"""
LIT_CLAIMS = "[...document.querySelectorAll('#description .claim.lit')].map(e => e.textContent)"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [("22.83 mm", ["r2"]), ("The liver", ["r1"]), ("inside the liver", ["r1", "r2"]), ("the patient's left", ["r3"])],
)
def test_hovering_a_claim_lights_its_regions_and_dims_the_others(tab: Tab, claim: str, expected: list[str]) -> None:
    tab.page.goto(SAMPLES + CT_KEY)
    assert set(tab.page.evaluate(OPACITY).values()) == {1}
    tab.page.locator("#description .claim", has_text=claim).first.hover()
    assert tab.page.evaluate(LIT) == expected
    for region, opacity in tab.page.evaluate(OPACITY).items():
        assert opacity == 1 if region in expected else opacity < 0.3, region
    tab.page.mouse.move(5, 5)
    assert tab.page.evaluate(LIT) == []
    assert set(tab.page.evaluate(OPACITY).values()) == {1}


def test_a_claim_shows_its_fact(tab: Tab) -> None:
    tab.page.goto(SAMPLES + CT_KEY)
    tab.page.locator("#description .claim", has_text="22.83 mm").hover()
    shown = tab.page.locator("[data-caption]").inner_text().split("\n")
    assert shown == ["long axis", "lesion r2", "22.83 mm ± 2.83", "f5"]


def test_a_claim_without_a_region_dims_nothing(tab: Tab) -> None:
    tab.page.goto(SAMPLES + CT_KEY)
    tab.page.locator("#description .claim", has_text="computed tomography").hover()
    assert set(tab.page.evaluate(OPACITY).values()) == {1}
    assert "modality" in tab.page.locator("[data-caption]").inner_text()


def test_hovering_a_region_lights_the_claims_about_it(tab: Tab) -> None:
    tab.page.goto(SAMPLES + CT_KEY)
    # the lesion, which lies over the liver
    box = tab.page.locator("[data-stage]").bounding_box()
    tab.page.mouse.move(box["x"] + box["width"] * 30 / 120, box["y"] + box["height"] * 40 / 100)
    assert tab.page.evaluate(LIT) == ["r2"]
    assert tab.page.evaluate(LIT_CLAIMS) == ["a lesion", "22.83 mm", "middle right part", "inside the liver"]


def test_the_drawing_lies_on_the_picture(tab: Tab) -> None:
    tab.page.goto(SAMPLES + CT_KEY)
    stage = tab.page.locator("[data-stage] img").bounding_box()
    drawn = tab.page.locator("[data-region=r3] .mask").bounding_box()
    scale = stage["width"] / 120
    expected = [stage["x"] + 90 * scale, stage["y"] + 50 * scale, stage["x"] + 100 * scale, stage["y"] + 70 * scale]
    edges = [drawn["x"], drawn["y"], drawn["x"] + drawn["width"], drawn["y"] + drawn["height"]]
    assert edges == pytest.approx(expected, abs=2)


def test_a_step_lights_its_region_and_its_box(tab: Tab) -> None:
    tab.page.goto(SAMPLES + CT_KEY)
    tab.page.get_by_role("tab", name="Questions").click()
    tab.page.locator("#d1 .step").nth(1).hover()
    assert tab.page.evaluate(LIT) == ["r2"]
    rect = tab.page.locator("[data-step-box]")
    assert [rect.get_attribute(name) for name in ("x", "y", "width", "height")] == ["25", "35", "11", "11"]
    tab.page.mouse.move(5, 5)
    assert not rect.is_visible()


def test_everything_works_with_the_keyboard_alone(tab: Tab) -> None:
    page = tab.page
    page.goto(SAMPLES + CT_KEY)
    page.get_by_role("tab", name="Description").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-questions"
    assert not page.locator("#description").is_visible()
    page.keyboard.press("ArrowLeft")
    for _ in range(3):  # axial, computed tomography, The liver
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "The liver"
    assert page.evaluate(LIT) == ["r1"]
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    page.evaluate("document.activeElement.blur()")
    assert page.evaluate(LIT) == ["r1"], "pressed, it stays lit"
    page.keyboard.press("Escape")
    assert page.evaluate(LIT) == []
    page.keyboard.press("m")
    assert page.locator("[data-region=r1] .mask").evaluate("e => getComputedStyle(e).visibility") == "hidden"
    page.keyboard.press("b")
    assert page.locator("[data-region=r1] .box").is_visible()


def test_zoom_keeps_pixels_sharp(tab: Tab) -> None:
    page = tab.page
    page.goto(SAMPLES + CT_KEY)
    image = page.locator("[data-stage] img")
    before = image.bounding_box()["width"]
    page.get_by_role("button", name="Zoom in").click()
    assert image.bounding_box()["width"] == pytest.approx(1.5 * before, abs=2)
    assert image.evaluate("e => getComputedStyle(e).imageRendering") == "pixelated"
    page.keyboard.press("0")
    assert image.bounding_box()["width"] == pytest.approx(before, abs=1)


def test_document_words_light_up(tab: Tab) -> None:
    tab.page.goto(SAMPLES + DOC_KEY)
    tab.page.locator("#description .claim").hover()
    assert tab.page.locator(".evidence.lit").inner_text() == "no lesion"


def test_filters_apply_when_ticked(tab: Tab) -> None:
    tab.page.goto("/corpora/toys")
    tab.page.get_by_label("ultrasound").check()
    tab.page.wait_for_url("**modality=ultrasound*")
    assert tab.page.locator(".tile").count() == 1


def test_pages_read_without_script(browser: Any, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto(SAMPLES + CT_KEY)
    for panel in ("#description", "#questions", "#facts", "#source"):
        assert page.locator(panel).is_visible()
    page.goto("/")
    page.locator("input[value=us]").check()
    page.get_by_role("button", name="Apply").click()
    assert page.locator(".sets tbody tr").count() == 1
    context.close()


def test_frozen_copy_works_from_the_disk(tab: Tab, frozen: Path) -> None:
    page = tab.page
    page.goto((frozen / "corpora" / "toys.html").as_uri() + "?split=test")
    assert page.locator(".tile:visible").count() == 1
    page.locator(".tile:visible a").click()
    assert page.locator("[data-stage] img").evaluate("e => e.naturalWidth") == 64
    page.locator("#description .claim").first.hover()
    assert page.evaluate(LIT) == ["r1"]


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site over a volume and a clip, too."""
    root = workspace(tmp_path_factory.mktemp("moving") / "toys")
    add_shard(root, "train-000001.tar", [test_reel.scan(), test_reel.clip()])
    with serving(create_app([root], cards=cards(), space=space())) as found:
        yield found


def test_slices_scroll_the_window_slides_and_a_clip_plays(tab: Tab, moving: str) -> None:
    from playwright.sync_api import expect

    page = tab.page
    tab.hosts_allowed.add(moving)
    page.goto(moving + SAMPLES + test_reel.SCAN)
    shown = page.locator("[data-reel-shown]")
    assert shown.get_attribute("src").split("?")[0].endswith(".slice-3.png")  # the middle of what is drawn
    page.locator("[data-reel-at]").focus()
    page.keyboard.press("ArrowRight")
    assert (shown.get_attribute("alt"), page.locator("[data-reel-said]").inner_text()) == ("Slice 5 of 6", "5 of 6")
    page.locator("[data-reel-width]").fill("100")
    assert shown.get_attribute("src").endswith("?low=200.000&high=300.000")
    expect(shown).to_have_js_property("naturalWidth", 384)  # 12 columns, 32 times as large
    page.goto(moving + SAMPLES + test_reel.CLIP)
    page.get_by_role("button", name="Play").click()
    expect(shown).to_have_attribute("src", re.compile(r"\.2\.png$"))
    page.get_by_role("button", name="Stop").click()
    assert page.get_by_role("button", name="Play").is_visible()


def test_reasoning_is_gone_through_step_by_step(tab: Tab) -> None:
    page = tab.page
    page.goto(SAMPLES + CT_KEY)
    page.get_by_role("tab", name="Questions").click()
    talk = page.locator("#d1")
    talk.get_by_role("button", name="Next step").click()
    talk.get_by_role("button", name="Next step").click()
    assert talk.locator(".step.pinned .say").inner_text() == "Measure it."
    assert talk.locator("[data-replay] output").inner_text() == "2 of 2"
    assert page.evaluate(LIT) == ["r2"]
    talk.get_by_role("button", name="Back").click()
    assert talk.locator(".step.pinned .say").inner_text() == "Find the lesion."
    talk.get_by_role("button", name="Back").click()
    assert page.evaluate(LIT) == []


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_axe_finds_nothing(tab: Tab, moving: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab.hosts_allowed.add(moving)
    tab.page.set_viewport_size({"width": width, "height": 900})
    own = (CT_KEY, US_KEY, DOC_KEY, ECG_KEY, test_reel.SCAN, test_reel.CLIP)
    for path in ("/", "/datasets/scan", "/corpora", "/corpora/toys", *(SAMPLES + key for key in own)):
        tab.page.goto(moving + path)
        if tab.page.get_by_role("tab", name="Questions").count():
            tab.page.get_by_role("tab", name="Questions").click()
        found = axe.run(tab.page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


CHECKS = (Path(__file__).parent / "readable.js").read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_pages_can_be_read_by_everyone(tab: Tab, scheme: str, size: tuple[int, int]) -> None:
    tab.page.emulate_media(color_scheme=scheme)
    tab.page.set_viewport_size({"width": size[0], "height": size[1]})
    for path in ("/", "/datasets/scan", "/corpora", "/corpora/toys", "/quarantine", "/run",
                 *(SAMPLES + key for key in (CT_KEY, US_KEY, DOC_KEY, ECG_KEY))):  # fmt: skip
        tab.page.goto(path)
        assert tab.page.evaluate(CHECKS) == [], path

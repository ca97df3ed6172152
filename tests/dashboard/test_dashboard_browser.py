"""The dashboard in a real browser, from disk: drawn, quiet, searchable, usable by keyboard and aloud."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pipelines.dashboard import Site

JS = Path(__file__).parent / "js"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here (make test installs it where apt-get may)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, as the lock file says."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not here, so axe-core can't be installed")
    folder = tmp_path_factory.mktemp("axe")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(JS / name, folder / name)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"npm ci could not install axe-core: {done.stderr.strip().splitlines()[-1:]}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


class Visit:
    """A page that remembers what went wrong and which requests it made."""

    def __init__(self, browser: Browser, site: Site, *, width: int = 1200, script: bool = True) -> None:
        self.site = site
        self.page: Page = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script).new_page()
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, name: str) -> Page:
        self.page.goto((self.site.folder / name).resolve().as_uri())
        return self.page


def pages(site: Site) -> list[str]:
    return sorted(path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*.html"))


def test_every_page_is_quiet_and_stays_on_the_disk(browser: Browser, site: Site) -> None:
    visit = Visit(browser, site)
    for name in pages(site):
        page = visit.open(name)
        assert page.title() != "taken"
        assert page.locator("main h1").count() == 1
    assert visit.errors == []
    assert visit.requests
    assert all(address.startswith("file:") for address in visit.requests)


def test_charts_are_drawn_and_fit_a_phone(browser: Browser, site: Site) -> None:
    for width in (1200, 380):
        visit = Visit(browser, site, width=width)
        page = visit.open("index.html")
        boxes = [svg.bounding_box() for svg in page.locator("figure svg").all()]
        assert len(boxes) >= 2
        assert all(box and box["height"] > 40 and box["x"] + box["width"] <= width for box in boxes)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script_pictures_and_tables_show(browser: Browser, site: Site) -> None:
    page = Visit(browser, site, script=False).open("families.html")
    assert page.locator("figure svg").first.is_visible()
    assert page.locator("#table-largest_families tbody tr").first.is_visible()
    assert not page.locator("input[type=search]").first.is_visible()


def test_search_filters_and_a_family_opens(browser: Browser, site: Site) -> None:
    page = Visit(browser, site).open("families.html")
    rows = page.locator("#table-largest_families tbody tr")
    n_all = rows.count()
    page.fill("#search-largest_families", "evil SCRIPT")
    visible = [row for row in rows.all() if row.is_visible()]
    assert len(visible) == 1 < n_all
    assert page.locator("output[for=search-largest_families]").text_content() == f"1 of {n_all} rows"
    visible[0].locator("a").click()
    assert "evil/child" in page.locator("ul.tree").inner_text()


def test_the_keyboard_reaches_everything(browser: Browser, site: Site) -> None:
    page = Visit(browser, site).open("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url("**/index.html#content")
    summary = page.locator("details > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") is not None
    assert page.locator("details table").first.is_visible()


def test_axe_finds_no_serious_fault(browser: Browser, site: Site, axe: str) -> None:
    visit = Visit(browser, site)
    for name in pages(site):
        page = visit.open(name)
        page.evaluate(axe)
        found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
        serious = [
            (rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"] if rule["impact"] in {"serious", "critical"}
        ]
        assert serious == [], name

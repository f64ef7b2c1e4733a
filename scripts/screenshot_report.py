"""Pictures of the HTML report of the demo's narrowing, at the width of a desktop and of a phone, for docs/.

    python -m scripts.screenshot_report page PAGE            the page, with the project's own environment
    python scripts/screenshot_report.py shoot PAGE FOLDER    the pictures, with an environment that has playwright

Two programs, as the browser's driver is no dependency of the project: `make report-screenshot` runs both. The page may ask the
network for nothing: a request of any kind ends the second with an error, and so does a page wider than its screen.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

PICTURES: Mapping[str, tuple[int, int, str]] = {
    "narrowing-desktop.png": (1280, 1500, "light"),
    "narrowing-phone.png": (390, 1700, "dark"),
}
"""Width, height and colour scheme of each."""
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def write_page(page: Path) -> None:
    """Narrow the demo's role, and write its page."""
    from secrets_cli.catalog.load import load_catalog
    from secrets_cli.demo.walkthrough import ask_of, prepare
    from secrets_cli.narrow.narrow import narrow
    from secrets_cli.report.narrowing_html import narrowing_html
    from secrets_cli.report.narrowing_report import Reported
    from secrets_cli.usage.engine import scan

    catalog = load_catalog()
    with tempfile.TemporaryDirectory() as folder:
        inputs = prepare(Path(folder))
        usage = scan([str(inputs.logs.folder)], frozenset({inputs.principal}))
        result = narrow(ask_of(inputs, usage), catalog)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(narrowing_html(Reported(result, usage.coverage, catalog)), encoding="utf-8")


def shoot(page: Path, folder: Path) -> list[str]:
    """Write the pictures; what is wrong with the page, in words."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    address = page.resolve().as_uri()
    with sync_playwright() as driver:
        # Else the one that `playwright install chromium` fetched.
        program = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, (width, height, scheme) in PICTURES.items():
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            tab = context.new_page()
            tab.on("request", lambda asked: wrong.append(f"asks for {asked.url}") if asked.url != address else None)
            tab.on("console", lambda said: wrong.append(f"the browser says: {said.text}"))
            tab.goto(address)
            needed = tab.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                wrong.append(f"is {needed} pixels wide on a screen of {width}")
            tab.screenshot(path=str(folder / name))
            context.close()
        browser.close()
    return wrong


def main(arguments: list[str]) -> int:
    """What the command line asks for; 1 where the page is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("page", "shoot"))
    parser.add_argument("page", type=Path)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/images"))
    asked = parser.parse_args(arguments)
    if asked.what == "page":
        write_page(asked.page)
        return 0
    wrong = shoot(asked.page, asked.folder)
    for one in wrong:
        print(f"{asked.page}: {one}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

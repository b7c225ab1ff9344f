"""Every instrument, light and dark, at three widths: make pictures, then look at build/pictures/index.html.

python tests/browser/contact_sheet.py [folder] [name of an instrument ...]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from instruments import MAKE
from lab import launched
from plain import mounted

WIDTHS = 390, 1024, 1440


def pictured(browser, folder, name):
    """Take the pictures of one instrument. Returns their names."""
    taken = []
    for theme in ("light", "dark"):
        for width in WIDTHS:
            page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
            mounted(page, MAKE[name](), body=f'data-theme="{theme}" style="margin: 8px"')
            page.wait_for_function("document.querySelector('.s2s canvas')?.getAttribute('aria-label')")
            page.evaluate(f"document.body.style.background = '{'#fff' if theme == 'light' else '#111'}'")
            page.wait_for_timeout(200)
            taken.append(f"{name}_{theme}_{width}.png")
            page.screenshot(path=folder / taken[-1], full_page=True)
            page.context.close()
    return taken


def main(folder="build/pictures", *names):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    with launched() as browser:
        for name in names or MAKE:
            images = "".join(f'<a href="{file}"><img src="{file}"></a>' for file in pictured(browser, folder, name))
            rows.append(f"<h2>{name}</h2><div>{images}</div>")
            print(name, flush=True)
    style = "<style>body { font-family: sans-serif } img { width: 15vw; margin: 4px; vertical-align: top }</style>"
    (folder / "index.html").write_text(f"<!doctype html><title>Instruments</title>{style}{''.join(rows)}")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Sphinx: the pages that stage.py has laid out, with the outputs that the notebooks store. Nothing is run, and no page
asks for anything from elsewhere."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "docs"))
import address

project = "Seq2seq lessons"
author = "the authors of the Seq2seq lessons"
copyright = "2026, " + author + ". Text and figures CC BY 4.0, code BSD-3-Clause"
release = address.project()["version"]
html_title = f"{project} {release}"
html_baseurl = address.places(address.repository())["site"] if address.repository() else ""

extensions = ["myst_nb", "sphinx_copybutton", "sphinx.ext.mathjax"]
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header", "mystnb.unknown_mime_type"]
mathjax_path = "mathjax/tex-svg-full.js"  # out of npm: its fonts are drawn, so that no font is asked for

html_theme = "furo"
html_theme_options = {"source_repository": "", "navigation_with_keys": False}
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["instrument.css", "site.css"]
html_js_files = [(name, {"type": "module"}) for name in ("page.js", "live.js")]
html_show_sourcelink = False
html_copy_source = False
pygments_style = "a11y-light"  # each colour stands out from the page by 4.5 to 1
pygments_dark_style = "a11y-dark"
copybutton_exclude = ".linenos, .gp, .go"

# make links: an anchor is often made by the page's own JavaScript; behind a DOI many publishers turn away what is no
# browser, and the DOI itself is there to stay.
linkcheck_anchors = False
linkcheck_ignore = [r"https://doi\.org/", r"\.\./"]  # and to other pages: a test of the site follows those
linkcheck_retries = 3
linkcheck_timeout = 20

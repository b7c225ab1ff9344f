"""How questions and verdicts look: cards of HTML that need no kernel and no JavaScript.

Where a page keeps <style>, choices look like buttons and take the colour and the mark of their reply. Where it doesn't
(GitHub; JupyterLab, until a notebook is run or trusted), they are what they are: texts that fold open.
"""

import html
import re

# Red, green, blue of Okabe and Ito: each stands out on white and on black. Words keep the colour that the page gives.
COLOURS = {"✓": "0, 158, 115", "✗": "213, 94, 0", "…": "128, 128, 128"}
SIZE = "max-width: 900px; font-size: 16px"
STYLE = """<style>
.s2s-question { padding: 0 5px; } /* room for the ring of the focus */
.s2s-question summary { display: flex; gap: 0.6em; box-sizing: border-box; min-height: 44px; background: #8a8a8a1f; }
.s2s-question summary::-webkit-details-marker { display: none; }
.s2s-question summary:hover { background: #0072b233; }
.s2s-question summary:focus-visible { outline: 3px solid #0072b2; outline-offset: 2px; }
.s2s-question [open] summary { background: rgba(var(--s2s), 0.12); box-shadow: inset 0 0 0 2px rgb(var(--s2s)); }
.s2s-question [open] summary::after {
  content: var(--s2s-mark); margin-left: auto; font-weight: 700;
  color: color-mix(in srgb, rgb(var(--s2s)) 65%, currentcolor);
}
</style>"""


def choice(name, letter, text, mark, why):
    """A button that shows its reply when it is pressed; of those with the same name only one is open."""
    button = "padding: 10px 14px; border: 1px solid #8a8a8a; border-radius: 6px; cursor: pointer"
    own = f"margin: 6px 0; --s2s: {COLOURS[mark]}; --s2s-mark: '{mark}'"
    summary = f'<summary style="{button}"><b>{letter}</b> <span>{in_html(text)}</span></summary>'
    return f'<details name="{html.escape(name)}" style="{own}">{summary}{reply(mark, in_html(why))}</details>'


def reply(mark, content):
    """A paragraph with the colour of its mark."""
    paper = f"border-left: 4px solid rgb({COLOURS[mark]}); background: rgba({COLOURS[mark]}, 0.12)"
    return f'<p style="margin: 6px 0; padding: 8px 12px; {paper}"><b>{mark}</b> {content}</p>'


def in_html(text):
    """`code` between backticks, line breaks as spaces."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(" ".join(text.split())))

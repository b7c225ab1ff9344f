"""How far the work of a cell is: a bar as long as it lasts, and nothing of it in a notebook that is stored."""

from IPython.display import display
from ipywidgets import IntProgress

from seq2seq_lib.widgets.instrument import cells

UPDATES = 100  # a bar is not finer, and a message for each step would only delay the work


def progress(things, total=None):
    """Yield one thing after the other, with a bar that says how many of them (of len(things), or of `total`) are done.

    The bar goes with the last one, with an error, and with an interrupt. Whoever runs a notebook only to store it gives
    its cells no id: there nobody looks on, and there is no bar.
    """
    if cells.running is None:
        yield from things
        return
    total = len(things) if total is None else total
    bar = IntProgress(max=total, style={"description_width": "initial"}, layout={"width": "min(100%, 500px)"})
    place = display(bar, display_id=True)
    try:
        for done, thing in enumerate(things):
            if done % max(1, total // UPDATES) == 0:
                bar.value, bar.description = done, f"{done} of {total}"
            yield thing
    finally:
        place.update({}, raw=True)
        bar.close()

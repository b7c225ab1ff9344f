"""Static figures: arrays and an Axes in, artists out. Colours that stay apart for colour-blind eyes, and in print."""

import numpy as np
from matplotlib.figure import Figure

SIGNED = "PuOr"  # orange below zero, white at zero, purple above
BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"  # Okabe and Ito's palette


def hidden_states(axes, states, symbols, title=""):
    """states (T, H) as a picture of units x time, with the symbol of each step below it. Returns the image."""
    image = axes.imshow(np.asarray(states).T, cmap=SIGNED, vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
    axes.set_xticks(range(len(symbols)), symbols)
    axes.set(title=title, xlabel="time, by the symbol read", ylabel="unit")
    return image


def training_curves(axes, losses, learning_rate):
    """The loss of each training step, on a log scale. Returns the line."""
    (line,) = axes.plot(range(1, len(losses) + 1), losses, color=BLUE)
    axes.set(yscale="log", xlabel="training step", ylabel="loss", title=f"learning rate {learning_rate:g}")
    axes.grid(alpha=0.3)
    return line


def figure(*widths, height=3.6):
    """A figure 10 inches wide that pyplot knows nothing of, and its Axes side by side, of these relative widths."""
    fig = Figure(figsize=(10, height), layout="constrained", dpi=80)
    return fig, fig.subplots(1, len(widths), squeeze=False, width_ratios=widths)[0]

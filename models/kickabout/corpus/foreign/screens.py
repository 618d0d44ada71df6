"""Scenes of a screen: windows, slides, tickers."""

import numpy as np

from .canvas import Canvas, colour


def writing(canvas, rng, x, y, w, lines, size, ink):
    """Lines of words as little bars: text seen too small to read."""
    for line in range(lines):
        at = x
        while at < x + w * rng.uniform(0.5, 1.0):
            word = rng.uniform(1, 5) * size
            canvas.box(at, y + line * 2.1 * size, min(word, x + w - at), size, ink)
            at += word + size * 0.6


def desktop(rng, place):
    dark = rng.random() < 0.5
    paper, ink = (0.12, 0.85) if dark else (0.95, 0.15)
    back, accent = colour(rng, 0.1, 0.7), colour(rng)
    windows = [(*rng.uniform(0, 0.6, 2), *rng.uniform(0.3, 0.8, 2)) for _ in range(int(rng.integers(1, 4)))]
    size, seed, scroll = rng.uniform(0.012, 0.03), int(rng.integers(1 << 30)), rng.choice([0, 0, 0.1])

    def draw(t):
        canvas, words = Canvas(place, back), np.random.default_rng(seed)
        for x, y, w, h in windows:
            canvas.box(x, y, w, h, paper)
            canvas.box(x, y, w, 0.05, accent)
            writing(canvas, words, x + 0.02, y + 0.08 - scroll * t, w - 0.04, int((h - 0.1) / (2.1 * size)), size, ink)
        canvas.box(0, 0.94, 1, 0.06, 0.2)
        return canvas.rgb

    return draw


def slide(rng, place):
    """A title card, credits, a news ticker."""
    back, ink = colour(rng, 0, 0.5), colour(rng, 0.6, 1)
    size, lines, seed, rise = rng.uniform(0.02, 0.06), int(rng.integers(1, 9)), int(rng.integers(1 << 30)), rng.choice([0, 0.2])
    ticker = rng.random() < 0.4

    def draw(t):
        canvas, words = Canvas(place, back), np.random.default_rng(seed)
        writing(canvas, words, 0.2, 0.2 - rise * t, 0.6, lines, size, ink)
        if ticker:
            canvas.box(0, 0.85, 1, 0.1, colour(words))
            writing(canvas, words, 0.05 - 0.1 * t, 0.88, 1.2, 1, 0.035, 1.0)
        return canvas.rgb

    return draw

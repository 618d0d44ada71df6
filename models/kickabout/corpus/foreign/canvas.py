"""What foreign scenes are painted on, and the camera that films them."""

from functools import lru_cache

import numpy as np


class Canvas:
    """A float RGB picture [h, w, 3] in 0–1, painted by masks; x and y run 0–1, y downwards, `aspect` is width / height."""

    def __init__(self, place, colour):
        self.x, self.y, self.aspect = place
        self.rgb = np.empty((*np.broadcast_shapes(self.x.shape, self.y.shape), 3), np.float32)
        self.rgb[:] = colour

    def box(self, x, y, w, h, colour):
        rows, columns = self.rgb.shape[:2]
        top, left = max(0, round(y * rows)), max(0, round(x * columns))
        self.rgb[top : max(top, round((y + h) * rows)), left : max(left, round((x + w) * columns))] = colour

    def oval(self, x, y, w, h, colour):
        self.rgb[((self.x - x) / (w + 1e-3)) ** 2 + ((self.y - y) / (h + 1e-3)) ** 2 < 1] = colour

    def mask(self, where, colour):
        self.rgb[np.broadcast_to(where, self.rgb.shape[:2])] = colour


@lru_cache(maxsize=8)
def grid(width, height):
    x = (np.arange(width, dtype=np.float32)[None] + 0.5) / width
    y = (np.arange(height, dtype=np.float32)[:, None] + 0.5) / height
    return x, y, width / height


def camera(rng):
    """A random finish: exposure, tint, softness, grain, bars above and below."""
    gain, tint, grain = rng.uniform(0.7, 1.15), rng.uniform(0.92, 1.08, 3), rng.choice([0, 0, 0.01, 0.03, 0.08])
    bar, soft = rng.choice([0, 0, 0, 0.1]), rng.random() < 0.4

    def look(rgb, rng):
        rgb = rgb * (gain * tint).astype(np.float32)
        if soft:
            rgb[:, 1:] = 0.5 * (rgb[:, 1:] + rgb[:, :-1])
            rgb[1:] = 0.5 * (rgb[1:] + rgb[:-1])
        if grain:
            rgb = rgb + rng.standard_normal(rgb.shape[:2], np.float32)[..., None] * np.float32(grain)
        if bar:
            rows = round(len(rgb) * bar)
            rgb[:rows] = rgb[-rows:] = 0
        return (np.clip(rgb, 0, 1) * 255).astype(np.uint8)

    return look


def colour(rng, low=0.0, high=1.0):
    return rng.uniform(low, high, 3).astype(np.float32)

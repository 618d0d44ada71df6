"""Pictures that are not football, for teaching silence: patterns, textures, desktops, roads, rooms, faces, empty fields, other sports.

A scene is a function of time, so that both frames of a pair show the same place a moment apart.
"""

import numpy as np

from .canvas import camera, grid
from .patterns import bars, blobs, checks, flat, gradient, noise, texture
from .places import court, face, landscape, lawn, road, room
from .screens import desktop, slide

APART = 0.25  # s between the two frames of a pair


def foreign_frames(rng, n, size=(224, 128)):
    """n pairs of frames, uint8 RGB [n, 2, h, w, 3]; `size` is (width, height), `rng` a numpy Generator."""
    width, height = size
    frames = np.empty((n, 2, height, width, 3), np.uint8)
    for pair in frames:
        scene = SCENES[int(rng.integers(len(SCENES)))](rng, grid(width, height))
        look = camera(rng)
        for i in range(2):
            pair[i] = look(scene(i * APART), rng)
    return frames


def blend(rng, place):
    """Two scenes in one picture: lit unevenly, shining through, or side by side."""
    first, second = (PLAIN[int(rng.integers(len(PLAIN)))](rng, place) for _ in range(2))
    way, share, at = int(rng.integers(3)), np.float32(rng.uniform(0.2, 0.8)), rng.uniform(0.2, 0.8)

    def draw(t):
        a, b = first(t), second(t)
        if way == 0:
            return a * (0.4 + b)
        if way == 1:
            return a + (b - a) * share
        columns = round(at * a.shape[1])
        a[:, columns:] = b[:, columns:]
        return a

    return draw


PLAIN = (flat, noise, gradient, bars, checks, texture, texture, blobs, desktop, slide, landscape, road, room, face, lawn, court, court)
SCENES = (*PLAIN, blend, blend, blend, blend)

"""Scenes that a camera could film: roads, rooms, faces, empty fields, other sports."""

import numpy as np

from .canvas import Canvas, colour
from .patterns import flat, gradient, texture


def landscape(rng, place):
    sky, haze = colour(rng, 0.4, 1.0), colour(rng, 0.5, 0.9)
    hills = [(rng.uniform(0.3, 0.9), rng.uniform(0.02, 0.15), rng.uniform(2, 20), rng.uniform(0, 6), colour(rng, 0.05, 0.6)) for _ in range(int(rng.integers(1, 5)))]
    hills.sort(key=lambda hill: hill[0])
    drift = rng.uniform(-0.1, 0.1)

    def draw(t):
        canvas = Canvas(place, sky)
        canvas.rgb += (haze - sky) * canvas.y[..., None]
        for base, height, waves, phase, shade in hills:
            edge = base + height * np.sin((canvas.x + drift * t) * waves + phase) + 0.3 * height * np.sin(canvas.x * waves * 3.7)
            canvas.mask(canvas.y > edge, shade)
        return canvas.rgb

    return draw


def road(rng, place):
    sky, land = colour(rng, 0.4, 0.95), np.float32([[0.2, 0.45, 0.15], [0.6, 0.5, 0.3], [0.35, 0.35, 0.38], [0.85, 0.88, 0.9]][int(rng.integers(4))])
    horizon, middle, width, speed = rng.uniform(0.3, 0.55), rng.uniform(0.35, 0.65), rng.uniform(0.4, 0.9), rng.uniform(0, 6)
    cars = [(rng.uniform(-0.7, 0.7), rng.uniform(1.3, 8), rng.normal(0, 1.5), colour(rng)) for _ in range(int(rng.integers(0, 6)))]
    trees = [(rng.choice([-1.3, 1.3]) * rng.uniform(1, 2), rng.uniform(1, 9)) for _ in range(int(rng.integers(0, 12)))]

    def draw(t):
        canvas = Canvas(place, land)
        canvas.mask(canvas.y < horizon, sky)
        depth = (1 - horizon) / np.maximum(canvas.y - horizon, 1e-3)
        side = (canvas.x - middle) * depth / width
        below = canvas.y > horizon + 0.01
        canvas.mask(below & (np.abs(side) < 1), 0.32)
        canvas.mask(below & (np.abs(np.abs(side) - 0.95) < 0.03), 0.9)
        canvas.mask(below & (np.abs(side) < 0.03) & ((depth * 1.5 + speed * t) % 1 < 0.5), 0.9)
        for at, far in sorted(trees, key=lambda tree: -tree[1]):
            near = 1 / (1 + (far - speed * t * 0.3) % 9)
            canvas.oval(middle + at * width * near, horizon - 0.15 * near, 0.12 * near, 0.5 * near, (0.08, 0.3, 0.1))
        for at, far, way, shade in sorted(cars, key=lambda car: -car[1]):
            near = 1 / max(1.0, far + way * t)
            x, y = middle + at * width * near, horizon + (1 - horizon) * near
            canvas.box(x - 0.12 * near, y - 0.25 * near, 0.24 * near, 0.22 * near, shade)
            canvas.box(x - 0.09 * near, y - 0.23 * near, 0.18 * near, 0.08 * near, 0.15)
        return canvas.rgb

    return draw


def room(rng, place):
    wall, floor = colour(rng, 0.4, 0.95), colour(rng, 0.2, 0.6)
    edge, corner, tilt = rng.uniform(0.55, 0.85), rng.uniform(0.1, 0.9), rng.uniform(-0.2, 0.2)
    things = [(*rng.uniform(0, 0.85, 2), *rng.uniform(0.05, 0.35, 2), colour(rng)) for _ in range(int(rng.integers(2, 9)))]
    people = [(rng.uniform(0.1, 0.9), rng.uniform(0.35, 0.7), rng.uniform(0.08, 0.2), colour(rng), rng.normal(0, 0.05)) for _ in range(int(rng.integers(0, 3)))]

    def draw(t):
        canvas = Canvas(place, wall)
        canvas.mask(canvas.x > corner, wall * 0.85)
        canvas.mask(canvas.y > edge + tilt * np.abs(canvas.x - corner), floor)
        for thing in things:
            canvas.box(*thing)
        for x, y, size, shirt, sway in people:
            person(canvas, x + sway * t, y, size, shirt, (0.8, 0.6, 0.5))
        return canvas.rgb

    return draw


def person(canvas, x, y, size, shirt, skin):
    """Head and shoulders; `size` is the head's height."""
    canvas.oval(x, y + 1.5 * size, 1.3 * size / canvas.aspect, 1.1 * size, shirt)
    canvas.oval(x, y, 0.5 * size / canvas.aspect, 0.6 * size, skin)


def face(rng, place):
    back = [gradient, texture, flat][int(rng.integers(3))](rng, place)
    skin = np.float32([[0.95, 0.8, 0.68], [0.8, 0.6, 0.45], [0.5, 0.34, 0.25], [0.35, 0.22, 0.16]][int(rng.integers(4))])
    x, y, size, sway = rng.uniform(0.25, 0.75), rng.uniform(0.35, 0.5), rng.uniform(0.25, 0.6), rng.normal(0, 0.05)
    shirt, hair, desk = colour(rng), colour(rng, 0, 0.4), rng.random() < 0.4

    def draw(t):
        canvas = Canvas(place, 0)
        canvas.rgb[:] = back(t)
        cx, w = x + sway * t, size / canvas.aspect
        canvas.oval(cx, y - 0.12 * size, 0.6 * w, 0.68 * size, hair)
        person(canvas, cx, y, size, shirt, skin)
        for side in (-1, 1):
            canvas.oval(cx + side * 0.2 * w, y - 0.08 * size, 0.07 * w, 0.04 * size, 0.95)
            canvas.oval(cx + side * 0.2 * w, y - 0.08 * size, 0.03 * w, 0.04 * size, 0.1)
        canvas.oval(cx, y + 0.3 * size, 0.16 * w, 0.03 * size + 0.03 * size * np.sin(9 * t), (0.6, 0.2, 0.2))
        if desk:
            canvas.box(0, 0.85, 1, 0.15, shirt * 0.4)
        return canvas.rgb

    return draw


def lawn(rng, place):
    """A green field with nobody on it: stripes, perhaps lines, sky, a mower's track."""
    green = np.float32([rng.uniform(0.1, 0.35), rng.uniform(0.35, 0.65), rng.uniform(0.1, 0.25)])
    stripes, turn, contrast = rng.uniform(2, 14), rng.uniform(-0.6, 0.6), rng.uniform(0, 0.2)
    lines = rng.random() < 0.4
    sky = rng.choice([0, 0, rng.uniform(0.1, 0.5)])
    drift, at = rng.uniform(-0.2, 0.2), rng.uniform(0.2, 0.8)
    blue = colour(rng, 0.5, 0.9)

    def draw(t):
        canvas = Canvas(place, green)
        u = canvas.x + turn * canvas.y + drift * t
        canvas.mask(np.floor(u * stripes) % 2 == 0, green * (1 - contrast))
        if lines:
            canvas.mask(np.abs(u - at) < 0.004, 0.9)
            canvas.mask(np.abs(canvas.y - at + 0.1 * turn * canvas.x) < 0.006, 0.9)
        canvas.mask(canvas.y < sky, blue)
        return canvas.rgb

    return draw


def court(rng, place):
    """Tennis, basketball, hockey, a pool: a flat colour with lines and a few players."""
    ground = np.float32([[0.75, 0.4, 0.2], [0.2, 0.35, 0.65], [0.8, 0.6, 0.35], [0.88, 0.93, 0.97], [0.15, 0.6, 0.8], [0.5, 0.25, 0.45], [0.2, 0.45, 0.4]][int(rng.integers(7))])
    rim, slope = colour(rng, 0.1, 0.6), rng.uniform(0, 0.25)
    rows, columns = np.sort(rng.uniform(0.2, 0.95, int(rng.integers(1, 5)))), np.sort(rng.uniform(0.15, 0.85, int(rng.integers(1, 4))))
    players = [(rng.uniform(0.1, 0.9), rng.uniform(0.3, 0.9), rng.normal(0, 0.1), colour(rng)) for _ in range(int(rng.integers(0, 11)))]
    ball, way, size = rng.uniform(0.1, 0.9, 2), rng.normal(0, 0.5, 2), rng.uniform(0.04, 0.14)

    def draw(t):
        canvas = Canvas(place, rim)
        lean = slope * (1 - canvas.y)
        inside = (canvas.x > 0.05 + lean) & (canvas.x < 0.95 - lean) & (canvas.y > 0.15)
        canvas.mask(inside, ground)
        for row in rows:
            canvas.mask(inside & (np.abs(canvas.y - row) < 0.005), 0.95)
        for column in columns:
            canvas.mask(inside & (np.abs((canvas.x - lean) / (1 - 2 * lean) - column) < 0.004), 0.95)
        for x, y, speed, shirt in players:
            canvas.box(x + speed * t, y - size, size / canvas.aspect * 0.5, size * 0.55, shirt)
            canvas.box(x + speed * t, y - size * 0.45, size / canvas.aspect * 0.5, size * 0.45, shirt * 0.4)
            canvas.oval(x + speed * t + size * 0.13, y - size * 1.12, size * 0.09, size * 0.15, (0.8, 0.6, 0.5))
        canvas.oval(*(ball + way * t), 0.008, 0.008 * canvas.aspect, (0.95, 0.9, 0.3))
        return canvas.rgb

    return draw

"""Pictures that are not football, for teaching silence: patterns, textures, desktops, roads, rooms, faces, empty fields, other sports.

A scene is a function of time, so that both frames of a pair show the same place a moment apart.
"""

from functools import lru_cache

import numpy as np

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


def flat(rng, place):
    shade = [np.zeros(3), np.ones(3), colour(rng), np.array([0, 0, 0.9]), np.array([0.05, 0.5, 0.12])][int(rng.integers(5))]
    return lambda t: Canvas(place, shade).rgb


def noise(rng, place):
    coarse = int(rng.choice([1, 1, 2, 4, 8]))
    channels = int(rng.choice([1, 3]))
    mean, spread = rng.uniform(0.2, 0.8), rng.uniform(0.1, 0.5)

    def draw(t):
        rgb = Canvas(place, 0).rgb
        small = rng.normal(mean, spread, (-(-rgb.shape[0] // coarse), -(-rgb.shape[1] // coarse), channels))
        rgb[:] = np.repeat(np.repeat(small, coarse, 0), coarse, 1)[: rgb.shape[0], : rgb.shape[1]]
        return rgb

    return draw


def gradient(rng, place):
    a, b, c = colour(rng), colour(rng), colour(rng)
    turn, drift = rng.uniform(0, 2 * np.pi), float(rng.uniform(-0.2, 0.2))
    slope = np.float32([np.cos(turn), np.sin(turn)])

    def draw(t):
        canvas = Canvas(place, 0)
        share = np.clip(0.5 + drift * t + (canvas.x - 0.5) * slope[0] + (canvas.y - 0.5) * slope[1], 0, 1)[..., None]
        canvas.rgb[:] = a + share * (2 * (b - a) + share * (a - 2 * b + c))
        return canvas.rgb

    return draw


def bars(rng, place):
    if rng.random() < 0.5:
        shades = [(0.75, 0.75, 0.75), (0.75, 0.75, 0), (0, 0.75, 0.75), (0, 0.75, 0), (0.75, 0, 0.75), (0.75, 0, 0), (0, 0, 0.75)]
    else:
        shades = [colour(rng) for _ in range(int(rng.integers(3, 12)))]
    foot, speed = rng.choice([0, 0.25]), rng.uniform(0, 0.5)

    def draw(t):
        canvas = Canvas(place, 0)
        for i, shade in enumerate(shades):
            canvas.box(i / len(shades), 0, 1 / len(shades), 1 - foot, shade)
        canvas.box((0.1 + speed * t) % 1, 0.85, 0.05, 0.1, 1.0)
        return canvas.rgb

    return draw


def checks(rng, place):
    a, b = colour(rng), colour(rng)
    across, down = rng.uniform(2, 30), rng.choice([0, rng.uniform(2, 20)])
    turn, drift = rng.choice([0, 0, rng.uniform(0, 1.5)]), rng.uniform(-2, 2)

    def draw(t):
        canvas = Canvas(place, a)
        u = canvas.x * np.cos(turn) + canvas.y * np.sin(turn)
        v = canvas.y * np.cos(turn) - canvas.x * np.sin(turn)
        canvas.mask((np.floor(u * across + drift * t) + np.floor(v * down)) % 2 == 0, b)
        return canvas.rgb

    return draw


def texture(rng, place):
    """Clouds of 1/f noise in two or three colours."""
    waves = 14
    fx, fy = rng.normal(0, 1, waves) * 2.0 ** rng.uniform(0, 5, waves), rng.normal(0, 1, waves) * 2.0 ** rng.uniform(0, 5, waves)
    phase, speed, weight = rng.uniform(0, 6.28, waves), rng.normal(0, 1, waves), 1 / (1 + np.hypot(fx, fy))
    a, b = colour(rng), colour(rng)
    if rng.random() < 0.4:
        a, b = np.float32([0.1, 0.35, 0.08]), np.float32([0.3, 0.6, 0.2])  # leaves and lawns

    def draw(t):
        canvas = Canvas(place, 0)
        u = 6.28 * fx[:, None].astype(np.float32) * canvas.x
        v = 6.28 * fy[:, None].astype(np.float32) * canvas.y[:, 0] + (phase + speed * t)[:, None].astype(np.float32)
        heavy = weight[:, None].astype(np.float32)
        value = (heavy * np.cos(v)).T @ np.cos(u) - (heavy * np.sin(v)).T @ np.sin(u)  # the sum of cos(u + v)
        share = (0.5 + value / np.float32(2 * weight.sum() ** 0.7))[..., None]
        canvas.rgb[:] = a + (b - a) * np.clip(share, 0, 1)
        return canvas.rgb

    return draw


def blobs(rng, place):
    back = gradient(rng, place)
    shapes = [(rng.random(2), rng.normal(0, 0.3, 2), rng.uniform(0.02, 0.2, 2), colour(rng), rng.random() < 0.6) for _ in range(int(rng.integers(1, 16)))]

    def draw(t):
        canvas = Canvas(place, 0)
        canvas.rgb[:] = back(t)
        for at, way, size, shade, round_ in shapes:
            x, y = at + way * t
            (canvas.oval if round_ else canvas.box)(x, y, *size, shade)
        return canvas.rgb

    return draw


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

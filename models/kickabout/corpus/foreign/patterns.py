"""Scenes of no place: test patterns, noise, textures, shapes."""

import numpy as np

from .canvas import Canvas, colour


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

"""Frame pairs that are not Kickabout: what the model must learn to stay silent on. Patterns drawn here, and the corpus' scenes."""
import cv2
import numpy as np
from corpus.foreign.frames import foreign_frames

from .shape import FRAMES_PER_TICK, HEIGHT, WIDTH

Rng = np.random.Generator


def colour(rng: Rng) -> tuple[int, int, int]:
    return tuple(int(c) for c in rng.integers(0, 256, 3))


def flat(rng: Rng) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), colour(rng) if rng.random() < 0.7 else (0, 0, 0), np.uint8)


def noise(rng: Rng) -> np.ndarray:
    cell = int(rng.choice([1, 1, 2, 4, 8]))
    small = rng.integers(0, 256, (HEIGHT // cell, WIDTH // cell, 3 if rng.random() < 0.6 else 1), np.uint8)
    return np.ascontiguousarray(np.broadcast_to(np.atleast_3d(cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)), (HEIGHT, WIDTH, 3)))


def clouds(rng: Rng) -> np.ndarray:
    """Noise with a natural picture's spectrum (amplitude ~ 1/f), in a random palette."""
    power = rng.uniform(0.8, 1.8)
    fy, fx = np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH)[None]
    filt = 1 / np.maximum(np.hypot(fy, fx), 1 / WIDTH) ** power
    planes = [np.fft.irfft2(np.fft.rfft2(rng.standard_normal((HEIGHT, WIDTH))) * filt, s=(HEIGHT, WIDTH)) for _ in range(2)]
    a, b = ((p - p.min()) / (np.ptp(p) + 1e-6) for p in planes)
    low, high, tint = (np.array(colour(rng), float) for _ in range(3))
    return np.clip(low + (high - low) * a[..., None] + (tint - low) * 0.5 * b[..., None], 0, 255).astype(np.uint8)


def gradient(rng: Rng) -> np.ndarray:
    low, high = np.array(colour(rng), float), np.array(colour(rng), float)
    angle = rng.uniform(0, 6.28)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    s = (x / WIDTH * np.cos(angle) + y / HEIGHT * np.sin(angle)) % 1.0
    return (low + (high - low) * s[..., None]).astype(np.uint8)


def bars(rng: Rng) -> np.ndarray:
    count = int(rng.integers(2, 16))
    table = rng.integers(0, 256, (count, 3), np.uint8) if rng.random() < 0.5 else np.array(
        [(235, 235, 235), (235, 235, 16), (16, 235, 235), (16, 235, 16), (235, 16, 235), (235, 16, 16), (16, 16, 235)], np.uint8)
    across = np.arange(WIDTH) * len(table) // WIDTH
    return np.repeat(table[across][None], HEIGHT, 0) if rng.random() < 0.7 else np.repeat(table[np.arange(HEIGHT) * len(table) // HEIGHT][:, None], WIDTH, 1)


def checker(rng: Rng) -> np.ndarray:
    cell = int(rng.integers(4, 40))
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.where(((x // cell + y // cell) % 2)[..., None] == 0, colour(rng), colour(rng)).astype(np.uint8)


def shapes(rng: Rng, picture: np.ndarray) -> np.ndarray:
    picture = picture.copy()
    for _ in range(int(rng.integers(1, 25))):
        centre = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT))
        size = int(rng.integers(2, 50))
        kind = rng.random()
        if kind < 0.35:
            cv2.circle(picture, centre, size, colour(rng), -1 if rng.random() < 0.7 else 2, cv2.LINE_AA)
        elif kind < 0.7:
            other = centre[0] + int(rng.integers(2, 60)), centre[1] + int(rng.integers(2, 60))
            cv2.rectangle(picture, centre, other, colour(rng), -1)
        else:
            points = (np.array(centre) + rng.integers(-size, size + 1, (int(rng.integers(3, 7)), 2))).astype(np.int32)
            cv2.fillPoly(picture, [points], colour(rng), cv2.LINE_AA)
    return picture


def text(rng: Rng, picture: np.ndarray) -> np.ndarray:
    picture = picture.copy()
    scale, ink = rng.uniform(0.25, 1.0), colour(rng)
    for row in range(int(rng.integers(8, 20)), HEIGHT, max(8, int(32 * scale))):
        letters = "".join(chr(int(c)) for c in rng.integers(33, 126, int(rng.integers(3, 40))))
        cv2.putText(picture, letters, (int(rng.integers(0, 60)), row), cv2.FONT_HERSHEY_SIMPLEX, scale, ink, 1, cv2.LINE_AA)
    return picture


def desktop(rng: Rng) -> np.ndarray:
    picture = gradient(rng)
    for _ in range(int(rng.integers(1, 5))):
        x, y, w, h = (int(v) for v in (rng.integers(0, 150), rng.integers(0, 90), rng.integers(40, 160), rng.integers(30, 100)))
        cv2.rectangle(picture, (x, y), (x + w, y + h), (245, 245, 245) if rng.random() < 0.6 else (34, 36, 40), -1)
        cv2.rectangle(picture, (x, y), (x + w, y + 6), colour(rng), -1)
        for line in range(y + 12, min(HEIGHT, y + h - 4), 6):
            cv2.line(picture, (x + 4, line), (x + int(rng.integers(10, max(11, w))), line), (120, 120, 120), 1)
    return picture


def lawn(rng: Rng) -> np.ndarray:
    """Green without football: the hardest kind to tell from a pitch by colour alone."""
    base = clouds(rng).astype(float) * 0.25 + np.array((rng.uniform(20, 90), rng.uniform(90, 170), rng.uniform(20, 80)))
    return np.clip(base, 0, 255).astype(np.uint8)


MAKERS = (flat, noise, clouds, clouds, clouds, gradient, bars, checker, desktop, lawn)


def foreign_pair(rng: Rng) -> np.ndarray:
    """uint8 RGB [2, 128, 224, 3]: a scene of the corpus, or a pattern: still, drifting, flickering or cut."""
    if rng.random() < 0.6:
        return foreign_frames(rng, 1, (WIDTH, HEIGHT))[0]
    picture = MAKERS[int(rng.integers(len(MAKERS)))](rng)
    if rng.random() < 0.6:
        picture = shapes(rng, picture)
    if rng.random() < 0.25:
        picture = text(rng, picture)
    if rng.random() < 0.35:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 4))
    kind = rng.random()
    if kind < 0.4:
        second = picture
    elif kind < 0.8:
        second = np.roll(picture, tuple(int(v) for v in rng.integers(-12, 13, 2)), (0, 1))
    else:
        second = MAKERS[int(rng.integers(len(MAKERS)))](rng)
    pair = np.stack([picture, second][:FRAMES_PER_TICK]).astype(np.float32)
    if rng.random() < 0.4:
        pair += rng.normal(0, rng.uniform(1, 14), pair.shape)
    return np.clip(pair, 0, 255).astype(np.uint8)

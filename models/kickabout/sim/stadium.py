"""The unmoving picture: the painted pitch, the boards and the stands, as textures in metres."""
from dataclasses import dataclass

import cv2
import numpy as np

from .look import Look
from .pitch import (BOX_DEPTH, BOX_WIDTH, CIRCLE, GOAL_HEIGHT, GOAL_WIDTH, LENGTH, SIX_DEPTH, SIX_WIDTH, SPOT, WIDTH)

LEFT, RIGHT, FAR, NEAR = -16.0, LENGTH + 16.0, -8.0, WIDTH + 22.0     # the ground's edges, in metres
STAND_HEIGHT = 17.0
BOARD = 1.5
PAINT = (238, 242, 236)


@dataclass
class Plane:
    """A textured rectangle: corner + a * across + b * down, a and b in metres; texture has `scale` pixels a metre."""
    texture: np.ndarray
    scale: float
    corner: np.ndarray
    across: np.ndarray
    down: np.ndarray

    def __post_init__(self) -> None:
        self.normal = np.cross(self.across, self.down)


def ground(look: Look, scale: float) -> Plane:
    rng = np.random.default_rng(look.texture_seed)
    width, height = round((RIGHT - LEFT) * scale), round((NEAR - FAR) * scale)
    xs = (np.arange(width) / scale + LEFT)
    ys = (np.arange(height) / scale + FAR)
    band = (np.floor(xs / look.stripe).astype(int) % 2)[None, :]
    if look.pattern == "checks":
        band = band ^ (np.floor(ys / look.stripe).astype(int) % 2)[:, None]
    elif look.pattern == "plain":
        band = np.zeros((1, 1), int)
    band = np.broadcast_to(band, (height, width))
    dark, light = (np.array(look.lit(colour), np.float32) for colour in look.grass)
    image = np.where(band[..., None] == 0, dark, light).astype(np.uint8)
    blotch = cv2.resize(rng.normal(0, 1, (height // 40 + 2, width // 40 + 2)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    grain = np.tile(rng.normal(0, 1, (256, 256)).astype(np.float32), (height // 256 + 1, width // 256 + 1))[:height, :width]
    shade = np.clip(128 + blotch * 4 + grain * 4, 0, 255).astype(np.uint8)
    image = cv2.multiply(image, cv2.merge([shade] * 3), scale=1 / 128)
    outside = (xs[None, :] < -5) | (xs[None, :] > LENGTH + 5) | (ys[:, None] < -4.5) | (ys[:, None] > WIDTH + 6)
    image[outside] = look.lit(tuple(int(c * 0.72) for c in look.grass[0]))
    paint_lines(image, scale, look.lit(PAINT))
    image = cv2.GaussianBlur(image, (1, 3), sigmaX=0.01, sigmaY=0.7)     # the camera sees it foreshortened
    return Plane(image, scale, np.array([LEFT, FAR, 0.0]), np.array([1.0, 0, 0]), np.array([0, 1.0, 0]))


def paint_lines(image: np.ndarray, scale: float, colour: tuple[int, int, int]) -> None:
    thick = max(1, round(0.17 * scale))

    def at(x: float, y: float) -> tuple[int, int]:
        return int((x - LEFT) * scale * 8), int((y - FAR) * scale * 8)

    def box(x0: float, y0: float, x1: float, y1: float) -> None:
        cv2.rectangle(image, at(x0, y0), at(x1, y1), colour, thick, cv2.LINE_AA, 3)
    middle = WIDTH / 2
    box(0, 0, LENGTH, WIDTH)
    cv2.line(image, at(LENGTH / 2, 0), at(LENGTH / 2, WIDTH), colour, thick, cv2.LINE_AA, 3)
    cv2.circle(image, at(LENGTH / 2, middle), int(CIRCLE * scale * 8), colour, thick, cv2.LINE_AA, 3)
    cv2.circle(image, at(LENGTH / 2, middle), int(0.3 * scale * 8), colour, -1, cv2.LINE_AA, 3)
    for line, inward in ((0.0, 1), (LENGTH, -1)):
        box(line, middle - BOX_WIDTH / 2, line + inward * BOX_DEPTH, middle + BOX_WIDTH / 2)
        box(line, middle - SIX_WIDTH / 2, line + inward * SIX_DEPTH, middle + SIX_WIDTH / 2)
        spot = (line + inward * SPOT, middle)
        cv2.circle(image, at(*spot), int(0.3 * scale * 8), colour, -1, cv2.LINE_AA, 3)
        open_angle = np.degrees(np.arccos((BOX_DEPTH - SPOT) / CIRCLE))
        turn = 0 if inward > 0 else 180
        radius = int(CIRCLE * scale * 8)
        cv2.ellipse(image, at(*spot), (radius, radius), turn, -open_angle, open_angle, colour, thick, cv2.LINE_AA, 3)
        for y, down in ((0.0, 1), (WIDTH, -1)):
            start = {(1, 1): 0, (-1, 1): 90, (-1, -1): 180, (1, -1): 270}[(inward, down)]
            cv2.ellipse(image, at(line, y), (int(1.4 * scale * 8),) * 2, 0, start, start + 90, colour, thick, cv2.LINE_AA, 3)


def crowd(look: Look, rng: np.random.Generator, columns: int, rows: int, cell: tuple[int, int]) -> np.ndarray:
    """Seated people as [rows * cell_h, columns * cell_w, 3]."""
    cw, ch = cell
    base = rng.integers(40, 170, (rows, columns, 1)) + rng.integers(-30, 30, (rows, columns, 3))
    fans = rng.random((rows, columns)) < 0.45
    shirts = np.array(look.crowd)[rng.integers(0, len(look.crowd), (rows, columns))]
    base = np.where(fans[..., None], shirts, base)
    base = base * (0.55 + 0.35 * rng.random((rows, columns, 1))) * look.light
    heads = np.array([(225, 178, 140), (150, 104, 74), (236, 200, 168)])[rng.integers(0, 3, (rows, columns))] * 0.75 * np.array(look.light)
    image = np.repeat(np.repeat(np.clip(base, 0, 255), ch, 0), cw, 1)
    head = np.repeat(np.repeat(heads, ch, 0), cw, 1)
    yy, xx = np.mgrid[0:rows * ch, 0:columns * cw]
    fy, fx = (yy % ch) / ch, (xx % cw + (yy // ch % 2) * cw // 2) % cw / cw
    is_head = (fy < 0.45) & (abs(fx - 0.5) < 0.25)
    gap = (fy >= 0.45) & (abs(fx - 0.5) > 0.42) | ((fy < 0.45) & ~is_head)
    image[is_head] = head[is_head]
    image[gap] = np.array(look.lit((38, 40, 52)))
    for aisle in range(7, columns, 22):
        image[:, aisle * cw:aisle * cw + cw] = look.lit((120, 122, 128))
    return image.astype(np.uint8)


def stand_texture(look: Look, metres: float, scale: float, seed: int) -> np.ndarray:
    """Boards below, a wall, and the crowd above; the first row is the top."""
    rng = np.random.default_rng((look.texture_seed, seed))
    width, height = round(metres * scale), round(STAND_HEIGHT * scale)
    board, wall = round(BOARD * scale), round(0.8 * scale)
    image = np.empty((height, width, 3), np.uint8)
    cell = (max(3, round(0.75 * scale)), max(4, round(1.0 * scale)))
    seats = crowd(look, rng, width // cell[0] + 1, height // cell[1] + 1, cell)
    image[:] = seats[:height, :width]
    fade = np.linspace(0.55, 1.0, height)[:, None, None]
    image[:] = (image * fade).astype(np.uint8)
    image[height - board - wall:] = look.lit((60, 62, 74))
    x = 0
    length = round(12 * scale)
    order = 0
    while x < width:
        brand = look.brands[order % len(look.brands)]
        tone = [(20, 24, 40), (235, 235, 235), (190, 26, 36), (16, 80, 160)][(order + seed) % 4]
        ink = (30, 30, 30) if sum(tone) > 500 else (250, 250, 250)
        image[height - board:, x:x + length] = look.lit(tone)
        size = 0.024 * board
        (tw, th), _ = cv2.getTextSize(brand, cv2.FONT_HERSHEY_DUPLEX, size, max(1, board // 12))
        cv2.putText(image, brand, (x + (length - tw) // 2, height - (board - th) // 2), cv2.FONT_HERSHEY_DUPLEX, size, look.lit(ink), max(1, board // 12), cv2.LINE_AA)
        x += length
        order += 1
    return image


def stands(look: Look, scale: float) -> list[Plane]:
    """The four sides: far, left, right, near."""
    up = np.array([0, 0, -1.0])
    top = STAND_HEIGHT
    long, short = RIGHT - LEFT + 60, NEAR - FAR + 10
    far = stand_texture(look, long, scale, 1)
    end = stand_texture(look, short, scale, 2)
    return [
        Plane(far, scale, np.array([LEFT - 30, -4.6, top]), np.array([1.0, 0, 0]), up),
        Plane(end, scale, np.array([-6.0, NEAR + 5, top]), np.array([0, -1.0, 0]), up),
        Plane(end, scale, np.array([LENGTH + 6.0, FAR - 5, top]), np.array([0, 1.0, 0]), up),
        Plane(far, scale, np.array([RIGHT + 30, WIDTH + 20.0, top]), np.array([-1.0, 0, 0]), up),
    ]


def goal_frame(line: float) -> np.ndarray:
    """Corners of a goal's mouth on the goal line, [4, 3] metres: far foot, far top, near top, near foot."""
    far, near = WIDTH / 2 - GOAL_WIDTH / 2, WIDTH / 2 + GOAL_WIDTH / 2
    return np.array([(line, far, 0), (line, far, GOAL_HEIGHT), (line, near, GOAL_HEIGHT), (line, near, 0)])

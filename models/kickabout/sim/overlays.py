"""The channel's graphics: scoreboard, replay bug, wipe, half-time and full-time cards."""
from functools import lru_cache

import cv2
import numpy as np

from .kits import TEAMS, Colour
from .look import Look

FONT = cv2.FONT_HERSHEY_DUPLEX
GOLD = (255, 214, 40)


@lru_cache(maxsize=4096)
def glyph(letter: str, width: int, height: int, ink: Colour, paper: Colour) -> np.ndarray:
    """A letter filling a cell, [height, width, 3]; drawn large and reduced, so that it is crisp at any size."""
    big = np.zeros((80, 56), np.uint8)
    (tw, th), _ = cv2.getTextSize(letter, FONT, 2.5, 7)
    cv2.putText(big, letter, ((56 - tw) // 2, 40 + th // 2), FONT, 2.5, 255, 7, cv2.LINE_AA)
    alpha = cv2.resize(big, (width, height), interpolation=cv2.INTER_AREA)[..., None].astype(np.float32) / 255
    alpha = np.minimum(1.0, alpha * 1.25)
    return (np.array(paper) * (1 - alpha) + np.array(ink) * alpha).astype(np.uint8)


def write(image: np.ndarray, text: str, x: int, y: int, width: int, height: int, ink: Colour, paper: Colour) -> int:
    """Sets text in cells from (x, y); returns where it ends."""
    for letter in text:
        image[y:y + height, x:x + width] = glyph(letter, width, height, ink, paper)
        x += width
    return x


class Scoreboard:
    """`RED 1-0 BLU 12:34` with a colour chip for each team, for one frame size."""

    def __init__(self, look: Look, names: tuple[str, str], size: tuple[int, int]):
        unit = size[1] / 128
        self.names = names
        self.paper = (16, 18, 26) if look.board_dark else (240, 242, 246)
        self.ink = (250, 250, 250) if look.board_dark else (14, 16, 24)
        self.channel = look.channel
        self.cell = max(5, round(7 * unit)), max(8, round(12 * unit))
        self.chip = max(3, round(5 * unit))
        self.pad = max(1, round(2 * unit))
        self.x = self.y = max(2, round(6 * unit))
        self._boards: dict[tuple, np.ndarray] = {}

    def board(self, score: tuple[int, int], changed: bool) -> np.ndarray:
        key = score, changed
        if key not in self._boards:
            cw, ch = self.cell
            height = ch + 2 * self.pad
            text = f"{score[0]}-{score[1]}"
            width = 2 * self.chip + (6 + len(text) + 5) * cw + 8 * self.pad
            image = np.empty((height, width, 3), np.uint8)
            image[:] = self.paper
            image[:, :self.chip] = TEAMS[self.names[0]][2]
            x = write(image, TEAMS[self.names[0]][0], self.chip + self.pad, self.pad, cw, ch, self.ink, self.paper) + self.pad
            paper, ink = (GOLD, (10, 10, 10)) if changed else (self.channel, (255, 255, 255))
            end = x + len(text) * cw + 2 * self.pad
            image[:, x:end] = paper
            write(image, text, x + self.pad, self.pad, cw, ch, ink, paper)
            x = write(image, TEAMS[self.names[1]][0], end + self.pad, self.pad, cw, ch, self.ink, self.paper) + self.pad
            image[:, x:x + self.chip] = TEAMS[self.names[1]][2]
            self._boards[key] = image
        return self._boards[key]

    def paint(self, frame: np.ndarray, score: tuple[int, int], changed: bool, clock: int) -> None:
        board = self.board(score, changed)
        cw, ch = self.cell
        height, width = board.shape[:2]
        frame[self.y:self.y + height, self.x:self.x + width] = board
        text = f"{min(99, clock // 60):02d}:{clock % 60:02d}"
        write(frame, text, self.x + width - 5 * cw - self.pad, self.y + self.pad, cw, ch, self.ink, self.paper)


def replay_bug(frame: np.ndarray, look: Look) -> None:
    """An "R" in the top right corner."""
    unit = frame.shape[0] / 128
    cell = round(12 * unit)
    x, y = frame.shape[1] - cell - round(8 * unit), round(6 * unit)
    pad = round(3 * unit)
    frame[y - pad // 2:y + cell + pad // 2, x - pad:x + cell + pad] = look.channel
    write(frame, "R", x, y, cell, cell, (255, 255, 255), look.channel)


def wipe(frame: np.ndarray, share: float, look: Look) -> None:
    """A slanted band in the channel's colours that crosses the frame; at share 0.5 it covers all of it."""
    h, w = frame.shape[:2]
    centre = 0.5 * w + (share - 0.5) * 3.4 * w
    for half, colour in ((0.98, (245, 245, 245)), (0.93, look.channel), (0.3, tuple(min(255, c + 45) for c in look.channel)), (0.2, look.channel)):
        slant = 0.13 * w
        corners = [(centre - half * w + slant, 0), (centre + half * w + slant, 0), (centre + half * w - slant, h), (centre - half * w - slant, h)]
        cv2.fillConvexPoly(frame, (np.array(corners) * 8).astype(int), colour, cv2.LINE_AA, 3)
    size = round(h * 0.34)
    x = round(centre - size / 2)
    if 0 <= x and x + size < w:
        write(frame, "K", x, round(h * 0.33), size, size, (255, 255, 255), look.channel)


def card(frame: np.ndarray, title: str, names: tuple[str, str], score: tuple[int, int], look: Look) -> None:
    """A full-frame result card over the darkened picture."""
    h, w = frame.shape[:2]
    frame[:] = cv2.blur(frame, (max(3, w // 28) | 1,) * 2) // 3
    unit = h / 128
    top, bottom = round(34 * unit), round(98 * unit)
    left, right = round(w * 0.1), round(w * 0.9)
    frame[top:bottom, left:right] = (16, 18, 26)
    frame[top:top + round(22 * unit), left:right] = look.channel
    cw, ch = round(11 * unit), round(15 * unit)
    write(frame, title, round((w - len(title) * cw) / 2), top + round(3 * unit), cw, ch, (255, 255, 255), look.channel)
    row = top + round(34 * unit)
    cw, ch = round(13 * unit), round(20 * unit)
    text = f"{score[0]}-{score[1]}"
    x = round((w - len(text) * cw) / 2)
    write(frame, text, x, row, cw, ch, GOLD, (16, 18, 26))
    write(frame, TEAMS[names[0]][0], x - round(3.6 * cw), row, cw, ch, (250, 250, 250), (16, 18, 26))
    write(frame, TEAMS[names[1]][0], x + round((len(text) + 0.6) * cw), row, cw, ch, (250, 250, 250), (16, 18, 26))
    chip = round(6 * unit)
    frame[row:row + ch, left + chip:left + 2 * chip] = TEAMS[names[0]][2]
    frame[row:row + ch, right - 2 * chip:right - chip] = TEAMS[names[1]][2]

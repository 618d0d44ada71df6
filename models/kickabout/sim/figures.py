"""People and the ball, drawn with a handful of strokes each."""
import math

import cv2
import numpy as np

from .football import ARM, CELEBRATE, DIVE_LEFT, DIVE_RIGHT, FALLEN, HOLD, KICK, OVERHEAD, RED, SLIDE, YELLOW
from .kits import Look

CARDS = {YELLOW: (255, 226, 0), RED: (235, 0, 18)}
BOOT = (24, 22, 24)
_shadow = {}


def shadow(canvas: np.ndarray, x: float, y: float, half_width: float, half_height: float, darkness: float) -> None:
    """Darkens a soft ellipse in place."""
    w, h = max(2, int(half_width) * 2), max(2, int(half_height) * 2)
    left, top = int(x - w / 2), int(y - h / 2)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(canvas.shape[1], left + w), min(canvas.shape[0], top + h)
    if x1 <= x0 or y1 <= y0:
        return
    alpha = _shadow.get((w, h, darkness))
    if alpha is None:
        yy, xx = np.mgrid[0:h, 0:w]
        inside = np.clip(1.6 - 1.6 * np.hypot((xx + 0.5) / w * 2 - 1, (yy + 0.5) / h * 2 - 1), 0, 1)
        alpha = cv2.merge([np.round(256 * (1 - darkness * inside)).clip(0, 255).astype(np.uint8)] * 3)
        if len(_shadow) > 4000:
            _shadow.clear()
        _shadow[(w, h, darkness)] = alpha
    part = canvas[y0:y1, x0:x1]
    canvas[y0:y1, x0:x1] = cv2.multiply(part, alpha[y0 - top:y1 - top, x0 - left:x1 - left], scale=1 / 256)


def ball(canvas: np.ndarray, x: float, y: float, radius: float, spin: float, light: float, line: int) -> None:
    centre = int(x * 8), int(y * 8)
    cv2.circle(canvas, centre, int(radius * 8 + max(4, radius * 1.6)), (26, 30, 26), -1, line, 3)
    white = int(255 * min(1.0, light + 0.08))
    cv2.circle(canvas, centre, int(radius * 8), (white, white, white), -1, line, 3)
    spot = int((x + 0.4 * radius * math.cos(spin)) * 8), int((y + 0.4 * radius * math.sin(spin)) * 8)
    cv2.circle(canvas, spot, int(radius * 2.6), (60, 62, 70), -1, line, 3)


def person(canvas: np.ndarray, x: float, y: float, h: float, look: Look, pose: int, since: float, stride: float, speed: float,
           side: float, front: float, line: int) -> None:
    """One person with feet at pixel (x, y), h pixels tall; side -1..1 is facing left..right, front -1..1 away from..to the camera."""
    tilt, lift = 0.0, 0.0
    lean = 1.0 if side >= 0 else -1.0
    if pose == FALLEN:
        share = min(1.0, since / 0.35)
        tilt, lift = lean * 1.5 * share, 0.07 * share
    elif pose == SLIDE:
        tilt, lift = -lean * 1.15, 0.05
    elif pose in (DIVE_LEFT, DIVE_RIGHT):
        share = min(1.0, since / 0.3)
        tilt = lean * (0.9 if pose == DIVE_LEFT else 1.75) * share
        lift = 0.25 * math.sin(math.pi * min(1.0, since / 0.6)) + 0.05
    cos, sin = math.cos(tilt) * h * 8, math.sin(tilt) * h * 8
    x8, y8 = x * 8, (y - lift * h) * 8

    def at(a: float, b: float) -> tuple[int, int]:
        return int(x8 + a * cos + b * sin), int(y8 - b * cos + a * sin)

    thick = max(1, round(h * 0.1))
    swing = min(1.0, speed / 4.0)
    beat = math.sin(stride * 2.3)
    reach = 0.19 * swing * beat * (0.35 + 0.65 * abs(side)) * lean
    rise = 0.1 * swing
    if pose == KICK:
        reach, rise = 0.24 * lean, 0.08
    elif pose in (FALLEN, SLIDE):
        reach, rise = 0.1, 0.0
    bend = lean * 0.07 * swing * abs(side)
    left, right = at(-0.07 - reach, rise * max(0.0, -beat)), at(0.07 + reach, rise * max(0.0, beat))
    hip_left, hip_right = at(-0.06, 0.44), at(0.06, 0.44)
    knee_left = ((left[0] + hip_left[0]) // 2 + int(lean * swing * h * 0.3), (left[1] + hip_left[1]) // 2)
    knee_right = ((right[0] + hip_right[0]) // 2 + int(lean * swing * h * 0.3), (right[1] + hip_right[1]) // 2)
    detailed = h > 60
    for hip, knee, foot in ((hip_left, knee_left, left), (hip_right, knee_right, right)):
        cv2.line(canvas, hip, knee, look.skin, thick, line, 3)
        cv2.line(canvas, knee, foot, look.socks, thick, line, 3)
        if detailed:
            toe = foot[0] + int(lean * (0.3 + 0.7 * abs(side)) * h * 0.5), foot[1]
            cv2.line(canvas, foot, toe, BOOT, max(1, int(thick * 0.8)), line, 3)
    shorts = np.array([at(-0.135, 0.36), at(0.135, 0.36), at(0.12 + bend * 0.3, 0.54), at(-0.12 + bend * 0.3, 0.54)])
    cv2.fillConvexPoly(canvas, shorts, look.shorts, line, 3)
    shoulder_left, shoulder_right = at(-0.17 + bend, 0.79), at(0.17 + bend, 0.79)
    hands = _hands(pose, beat * swing, side, bend, since)
    sleeve = max(1, round(h * 0.095))
    for shoulder, hand in ((shoulder_left, at(*hands[0])), (shoulder_right, at(*hands[1]))):
        elbow = (shoulder[0] + hand[0]) // 2, (shoulder[1] + hand[1]) // 2
        cv2.line(canvas, shoulder, hand, look.skin, max(1, int(sleeve * 0.8)), line, 3)
        cv2.line(canvas, shoulder, elbow, look.shirt, sleeve, line, 3)
    wide = 0.14 + 0.03 * abs(front)
    torso = np.array([at(-0.13 + bend * 0.4, 0.47), at(0.13 + bend * 0.4, 0.47), at(wide + 0.03 + bend, 0.76), at(wide - 0.03 + bend, 0.83),
                      at(-wide + 0.03 + bend, 0.83), at(-wide - 0.03 + bend, 0.76)])
    cv2.fillConvexPoly(canvas, torso, look.shirt, line, 3)
    if detailed:
        _details(canvas, at, look, bend, front, h, line)
    head = at(bend * 1.3, 0.915)
    cv2.circle(canvas, head, int(h * 0.085 * 8), look.skin, -1, line, 3)
    cv2.circle(canvas, at(bend * 1.3 - 0.02 * side, 0.945 if front > -0.3 else 0.925), int(h * (0.068 if front > -0.3 else 0.08) * 8), look.hair, -1, line, 3)
    if detailed and front > -0.3:
        cv2.circle(canvas, at(bend * 1.3 + 0.015 * side, 0.9), int(h * 0.066 * 8), look.skin, -1, line, 3)
    if pose in CARDS:
        a, b = hands[1]
        for grow, colour in ((0.02, (30, 30, 30)), (0.0, CARDS[pose])):
            corners = [at(a - 0.1 - grow, b - grow), at(a + 0.1 + grow, b - grow), at(a + 0.1 + grow, b + 0.26 + grow), at(a - 0.1 - grow, b + 0.26 + grow)]
            cv2.fillConvexPoly(canvas, np.array(corners), colour, line, 3)


def _hands(pose: int, beat: float, side: float, bend: float, since: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the left and the right hand are, in heights from the feet."""
    if pose == CELEBRATE:
        wave = 0.05 * math.sin(since * 9)
        return (-0.27 + wave, 1.08), (0.27 + wave, 1.08)
    if pose == OVERHEAD:
        return (-0.1, 1.2), (0.1, 1.2)
    if pose == HOLD:
        return (-0.05, 0.55), (0.08, 0.55)
    if pose in (ARM, YELLOW, RED):
        return (-0.2, 0.5), (0.16, 1.12)
    if pose in (DIVE_LEFT, DIVE_RIGHT):
        return (-0.09, 1.16), (0.09, 1.16)
    if pose == FALLEN:
        return (-0.3, 0.7), (0.22, 0.5)
    swing = 0.15 * beat * side
    return (-0.22 + bend - swing, 0.54 + 0.1 * max(0.0, beat)), (0.22 + bend + swing, 0.54 + 0.1 * max(0.0, -beat))


def _details(canvas: np.ndarray, at, look: Look, bend: float, front: float, h: float, line: int) -> None:
    """What only shows in large figures: the collar, a number on the back, a badge."""
    cv2.line(canvas, at(-0.05 + bend, 0.825), at(0.05 + bend, 0.825), look.trim, max(1, round(h * 0.02)), line, 3)
    if front < -0.3 and look.number:
        ink = (20, 20, 20) if sum(look.shirt) > 420 else (245, 245, 245)
        text, size = str(look.number), h * 0.0072
        (tw, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, size, 1)
        x, y = at(bend * 0.8, 0.58)
        cv2.putText(canvas, text, (x // 8 - tw // 2, y // 8), cv2.FONT_HERSHEY_DUPLEX, size, ink, max(1, round(h * 0.018)), line)
    elif look.number:
        cv2.circle(canvas, at(0.06 + bend, 0.72), int(h * 0.018 * 8), look.trim, -1, line, 3)

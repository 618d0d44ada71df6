"""One broadcast frame: pitch and stands warped, people and ball drawn over them, graphics on top."""
from typing import TYPE_CHECKING

import cv2
import numpy as np

from . import figures, overlays, stadium
from .camera import Camera, project
from .football import RUN
from .kits import Look as Kit
from .pitch import BALL_DIAMETER, GOAL_DEPTH, GOAL_HEIGHT, GOAL_WIDTH, LENGTH, PLAYER_HEIGHT, WIDTH

if TYPE_CHECKING:
    from .match import Match

SMALL = 480               # frames up to this width are drawn at twice the size and reduced
NEAR_PLANE = 2.0


class Renderer:
    """Draws a match's frames; keeps its textures."""

    def __init__(self, match: "Match"):
        self.match = match
        self.look = match.look
        self._planes: dict[float, list[stadium.Plane]] = {}
        self._boards: dict[tuple[int, int], overlays.Scoreboard] = {}
        self._noise: dict[tuple[int, int], np.ndarray] = {}
        self._rain: dict[tuple[int, int], list[np.ndarray]] = {}
        lit = self.look.lit
        self.kits = [Kit(lit(k.shirt), lit(k.shorts), lit(k.socks), lit(k.trim), lit(k.skin), lit(k.hair), k.number) for k in match.looks]

    def frame(self, t: float, size: tuple[int, int], wearing: np.ndarray) -> np.ndarray:
        match, (w, h) = self.match, size
        take = match.timeline.take_at(t)
        seen = take.match_time(t)
        fine = 2 if w <= SMALL else 1
        canvas = np.empty((h * fine, w * fine, 3), np.uint8)
        canvas[:] = self.look.lit((150, 176, 200)) if self.look.weather == "day" else (24, 26, 40)
        camera = match.camera(take, seen)
        matrix = camera.matrix()
        index, share = match.step(seen)
        ball = match.ball[index] * (1 - share) + match.ball[index + 1] * share
        self._scenery(canvas, camera, matrix, w, ball)
        line = cv2.LINE_8 if fine == 2 else cv2.LINE_AA
        self._people(canvas, camera, matrix, seen, wearing, line)
        out = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA) if fine == 2 else canvas
        self._lens(out, t, take.kind == "close")
        (score, since) = match.score_at(t)
        if take.kind == "graphic":
            title = "FULL TIME" if t > match.duration - 8 else "HALF TIME"
            overlays.card(out, title, match.names, score, self.look)
        elif take.kind == "replay":
            overlays.replay_bug(out, self.look)
        else:
            if size not in self._boards:
                self._boards[size] = overlays.Scoreboard(self.look, match.names, size)
            self._boards[size].paint(out, score, since < 2.0, match.clock.seconds(t))
        wiped = match.timeline.wipe_at(t)
        if wiped is not None:
            overlays.wipe(out, wiped, self.look)
        return out

    def _scenery(self, canvas: np.ndarray, camera: Camera, matrix: np.ndarray, width: int, ball: np.ndarray) -> None:
        scale = float(np.clip(width * (2 if width <= SMALL else 1) / 36, 8, 40))
        if scale not in self._planes:
            self._planes[scale] = [stadium.ground(self.look, scale), *stadium.stands(self.look, scale * 0.7)]
        flat, *stands = self._planes[scale]
        self._warp(canvas, flat, camera, matrix)
        for stand in stands:
            normal = np.cross(stand.across, stand.down)
            if normal @ (camera.eye - stand.corner) > 0:
                self._warp(canvas, stand, camera, matrix)
        for line in (0.0, LENGTH):
            self._goal_net(canvas, matrix, line, ball)

    def _warp(self, canvas: np.ndarray, plane: stadium.Plane, camera: Camera, matrix: np.ndarray) -> None:
        """Draws the part of a plane that is in front of the camera."""
        h, w = canvas.shape[:2]
        th, tw = plane.texture.shape[:2]
        depth_row = matrix[2]
        base = depth_row[:3] @ plane.corner + depth_row[3]
        along, down = depth_row[:3] @ plane.across, depth_row[:3] @ plane.down
        a0, a1, b0, b1 = 0.0, tw / plane.scale, 0.0, th / plane.scale
        least_down = min(down * b0, down * b1)
        if abs(along) >= abs(down):
            if along > 1e-6:
                a0 = max(a0, (NEAR_PLANE - base - least_down) / along)
            elif along < -1e-6:
                a1 = min(a1, (NEAR_PLANE - base - least_down) / along)
        else:
            least_along = min(along * a0, along * a1)
            if down > 1e-6:
                b0 = max(b0, (NEAR_PLANE - base - least_along) / down)
            else:
                b1 = min(b1, (NEAR_PLANE - base - least_along) / down)
        if a1 - a0 < 0.5 or b1 - b0 < 0.5 or base + along * (a0 + a1) / 2 + down * (b0 + b1) / 2 < 0:
            return
        corners = np.array([plane.corner + a * plane.across + b * plane.down for a, b in ((a0, b0), (a1, b0), (a1, b1), (a0, b1))])
        image = project(matrix, corners)
        x0, y0 = np.floor(np.maximum(0, image[:, :2].min(0) * (w, h))).astype(int)
        x1, y1 = np.ceil(np.minimum((w, h), image[:, :2].max(0) * (w, h))).astype(int)
        if x1 - x0 < 1 or y1 - y0 < 1:
            return
        px0, px1, py0, py1 = int(a0 * plane.scale), int(a1 * plane.scale), int(b0 * plane.scale), int(b1 * plane.scale)
        origin = plane.corner + plane.across * (px0 / plane.scale) + plane.down * (py0 / plane.scale)
        to_screen = np.stack([matrix[:, :3] @ plane.across / plane.scale, matrix[:, :3] @ plane.down / plane.scale,
                              matrix[:, :3] @ origin + matrix[:, 3]], 1)
        to_part = np.array([[w, 0, -x0], [0, h, -y0], [0, 0, 1.0]]) @ to_screen
        cv2.warpPerspective(plane.texture[py0:py1, px0:px1], to_part, (int(x1 - x0), int(y1 - y0)), dst=canvas[y0:y1, x0:x1],
                            flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)

    def _goal_net(self, canvas: np.ndarray, matrix: np.ndarray, line: float, ball: np.ndarray) -> None:
        h, w = canvas.shape[:2]
        frame = stadium.goal_frame(line)
        seen = project(matrix, frame)
        if (seen[:, 2] < 1).any() or (seen[:, 0] < -0.3).all() or (seen[:, 0] > 1.3).all() or (seen[:, 1] > 1.2).all() or (seen[:, 1] < -0.2).all():
            return
        out = 1 if line > 0 else -1
        inside = (ball[0] - line) * out > 0 and abs(ball[1] - WIDTH / 2) < GOAL_WIDTH / 2 and ball[2] < GOAL_HEIGHT
        ys = np.linspace(-GOAL_WIDTH / 2, GOAL_WIDTH / 2, 10) + WIDTH / 2
        zs = np.linspace(0, GOAL_HEIGHT, 5)
        yy, zz = np.meshgrid(ys, zs)
        depth = GOAL_DEPTH * (1 - 0.35 * zz / GOAL_HEIGHT)
        if inside:
            depth = depth + 0.9 * np.exp(-((yy - ball[1]) ** 2 + (zz - ball[2]) ** 2) / 2.5)
        back = np.stack([line + out * depth, yy, zz], -1)
        net = project(matrix, back.reshape(-1, 3)).reshape(5, 10, 3)[..., :2] * (w * 8, h * 8)
        net = net.astype(np.int32)
        tone = self.look.lit((206, 214, 214))
        thin = max(1, w // 900)
        strands = [net[i] for i in range(5)] + [np.ascontiguousarray(net[:, j]) for j in range(10)]
        mouth = (seen[:, :2] * (w * 8, h * 8)).astype(np.int32)
        for foot, top, column in ((mouth[0], mouth[1], 0), (mouth[3], mouth[2], -1)):
            for share in (0.0, 0.33, 0.66, 1.0):
                strands.append(np.array([foot + (top - foot) * share, net[0, column] + (net[4, column] - net[0, column]) * share], np.int32))
        for column in range(0, 10, 2):
            strands.append(np.array([mouth[1] + (mouth[2] - mouth[1]) * (column / 9), net[4, column]], np.int32))
        cv2.polylines(canvas, strands, False, tone, thin, cv2.LINE_AA, 3)
        cv2.polylines(canvas, [mouth], False, self.look.lit((250, 250, 250)), max(2, round(w / 170)), cv2.LINE_AA, 3)

    def _people(self, canvas: np.ndarray, camera: Camera, matrix: np.ndarray, seen: float, wearing: np.ndarray, line: int) -> None:
        match = self.match
        h, w = canvas.shape[:2]
        index, share = match.step(seen)
        points = np.zeros((52, 3))
        points[:23, :2] = match.pos[index] * (1 - share) + match.pos[index + 1] * share
        ball = match.ball[index] * (1 - share) + match.ball[index + 1] * share
        points[23, :2] = ball[:2]
        points[24:47] = points[:23]
        points[24:47, 2] = PLAYER_HEIGHT
        points[47] = ball + (0, 0, BALL_DIAMETER / 2)
        points[48:52] = ((0, 0, 0), (LENGTH, 0, 0), (0, WIDTH, 0), (LENGTH, WIDTH, 0))
        screen = project(matrix, points) * (w, h, 1)
        low, high = screen[:23], screen[24:47]
        tall = low[:, 1] - high[:, 1]
        shown = (low[:, 2] > 1) & (low[:, 0] > -tall * 0.6) & (low[:, 0] < w + tall * 0.6) & (low[:, 1] > -2) & (high[:, 1] < h + 2)
        along, across, dark = self.look.shadow
        people = np.flatnonzero(shown)
        sky = camera.target[:2] - camera.eye[:2]
        sky = sky / np.hypot(*sky)
        right = np.array([-sky[1], sky[0]])
        for i in people:
            flat = tall[i] * (0.42 if match.pose[index, i] == RUN else 0.5)
            figures.shadow(canvas, low[i, 0] + along * tall[i] * 0.35, low[i, 1] + across * tall[i] * 0.3, flat * (0.6 + abs(along) * 0.6), max(2.0, tall[i] * 0.11), dark)
        radius = BALL_DIAMETER / 2 / camera.span * w * float(np.linalg.norm(camera.target - camera.eye)) / max(1.0, screen[47, 2])
        if screen[23, 2] > 1:
            figures.shadow(canvas, screen[23, 0], screen[23, 1], radius * 1.3, max(2.0, radius * 0.6), min(0.6, dark + 0.1))
        items = [(-screen[i, 2], int(i)) for i in people]
        items += [(-screen[23, 2] + 0.15, 23)] if screen[47, 2] > 1 else []
        items += [(-screen[48 + i, 2], 48 + i) for i in range(4) if screen[48 + i, 2] > 1]
        speed, stride, face = match.speed[index], match.stride[index] * (1 - share) + match.stride[index + 1] * share, match.face[index]
        for _, i in sorted(items):
            if i == 23:
                figures.ball(canvas, screen[47, 0], screen[47, 1], radius, float(ball[0] + ball[1]) * 2.0, self.look.light[1], line)
            elif i >= 48:
                self._flag(canvas, screen[i], camera, line)
            else:
                since = max(0.0, seen - float(match.pose_at[index, i]))
                figures.person(canvas, low[i, 0], low[i, 1], tall[i], self.kits[wearing[i]], int(match.pose[index, i]), since,
                               float(stride[i]), float(speed[i]), float(face[i] @ right), float(-(face[i] @ sky)), line)

    def _flag(self, canvas: np.ndarray, foot: np.ndarray, camera: Camera, line: int) -> None:
        h, w = canvas.shape[:2]
        metre = w / camera.span * float(np.linalg.norm(camera.target - camera.eye)) / foot[2]
        x, y = foot[0], foot[1]
        if not (-metre < x < w + metre and 0 < y < h + 3 * metre):
            return
        top = y - 2.1 * metre
        cv2.line(canvas, (int(x * 8), int(y * 8)), (int(x * 8), int(top * 8)), (245, 240, 150), max(1, round(metre * 0.12)), line, 3)
        flag = np.array([(x, top), (x + 0.95 * metre, top + 0.32 * metre), (x, top + 0.66 * metre)])
        cv2.fillConvexPoly(canvas, (flag * 8).astype(int), (240, 60, 20), line, 3)

    def _lens(self, out: np.ndarray, t: float, close: bool) -> None:
        """Blur, sensor noise and rain, in place."""
        h, w = out.shape[:2]
        sigma = self.look.blur * h / 360
        if sigma > 0.25:
            cv2.GaussianBlur(out, (0, 0), sigma, dst=out)
        rng_key = (w, h)
        if self.look.weather == "rain":
            if rng_key not in self._rain:
                self._rain[rng_key] = self._make_rain(w, h)
            layer = self._rain[rng_key][int(t * 25) % 6]
            cv2.add(out, layer, dst=out)
        if self.look.noise > 0.5:
            if rng_key not in self._noise:
                rng = np.random.default_rng(self.look.texture_seed)
                self._noise[rng_key] = np.clip(rng.normal(8, self.look.noise, (h + 64, w + 64, 1)), 0, 16).astype(np.uint8).repeat(3, 2)
            step = int(t * 25)
            dx, dy = step * 37 % 64, step * 23 % 64
            cv2.add(out, self._noise[rng_key][dy:dy + h, dx:dx + w], dst=out)
            cv2.subtract(out, (8, 8, 8, 0), dst=out)

    def _make_rain(self, w: int, h: int) -> list[np.ndarray]:
        rng = np.random.default_rng(self.look.texture_seed + 1)
        layers = []
        for _ in range(6):
            layer = np.zeros((h, w, 3), np.uint8)
            for _ in range(70):
                x, y = rng.uniform(0, w), rng.uniform(-0.1 * h, h)
                length = rng.uniform(0.04, 0.1) * h
                tone = int(rng.uniform(18, 46))
                cv2.line(layer, (int(x * 8), int(y * 8)), (int((x - length * 0.2) * 8), int((y + length) * 8)), (tone,) * 3, max(1, w // 600), cv2.LINE_AA, 3)
            layers.append(layer)
        return layers

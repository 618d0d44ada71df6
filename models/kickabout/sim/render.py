"""One broadcast frame: pitch and stands warped, people and ball drawn over them, graphics on top."""
from typing import TYPE_CHECKING

import cv2
import numpy as np

from . import figures, overlays, stadium
from .camera import Camera, not_in_front, project
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
        camera = match.camera(take, seen)
        matrix = camera.matrix()
        index, share = match.step(seen)
        ball = match.ball[index] * (1 - share) + match.ball[index + 1] * share
        canvas = np.empty((h, w, 3), np.uint8)
        self._scenery(canvas, camera, matrix)
        if fine == 2:
            canvas = cv2.resize(canvas, (w * 2, h * 2), interpolation=cv2.INTER_LINEAR)
        for goal_line in (0.0, LENGTH):
            self._goal_net(canvas, matrix, goal_line, ball)
        line = cv2.LINE_8 if fine == 2 else cv2.LINE_AA
        self._people(canvas, camera, matrix, seen, wearing, take.subject, line)
        out = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA) if fine == 2 else canvas
        self._lens(out, t)
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

    def _scenery(self, canvas: np.ndarray, camera: Camera, matrix: np.ndarray) -> None:
        """Sky, pitch and stands."""
        h, w = canvas.shape[:2]
        scale = float(np.clip(w / 28, 8, 40))
        if scale not in self._planes:
            self._planes[scale] = [stadium.ground(self.look, scale), *stadium.stands(self.look, scale)]
        flat, *stands = self._planes[scale]
        ahead = camera.target - camera.eye
        ahead[2] = 0.0
        level = matrix[:, :3] @ ahead
        horizon = max(0, int(np.ceil(level[1] / level[2] * h)) + 1)
        if horizon > 0:
            cv2.rectangle(canvas, (0, 0), (w, horizon), self.look.lit((150, 176, 200)) if self.look.weather == "day" else (24, 26, 40), -1)
        self._warp(canvas, flat, matrix, (0, flat.texture.shape[1]), horizon)
        for stand in stands:
            if stand.normal @ (camera.eye - stand.corner) > 0:
                self._warp(canvas, stand, matrix, self._in_front(stand, matrix[2]), 0)

    def _in_front(self, stand: stadium.Plane, depth: np.ndarray) -> tuple[int, int]:
        """The columns of a stand's texture that lie in front of the camera."""
        width = stand.texture.shape[1]
        along = float(depth[:3] @ stand.across)
        base = float(depth[:3] @ stand.corner + depth[3]) + min(0.0, float(depth[:3] @ stand.down) * stadium.STAND_HEIGHT)
        if abs(along) < 1e-6:
            return (0, width) if base > NEAR_PLANE else (0, 0)
        edge = int((NEAR_PLANE - base) / along * stand.scale)
        return (min(width, max(0, edge + 1)), width) if along > 0 else (0, min(width, max(0, edge)))

    def _warp(self, canvas: np.ndarray, plane: stadium.Plane, matrix: np.ndarray, columns: tuple[int, int], top: int) -> None:
        """Draws some columns of a plane's texture, below row `top` of the canvas."""
        h, w = canvas.shape[:2]
        first, last = columns
        if last - first < 2:
            return
        origin = plane.corner + plane.across * (first / plane.scale)
        to_screen = np.stack([matrix[:, :3] @ plane.across / plane.scale, matrix[:, :3] @ plane.down / plane.scale,
                              matrix[:, :3] @ origin + matrix[:, 3]], 1)
        height, width = plane.texture.shape[0], last - first
        corners = to_screen @ np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)], float).T
        x0, y0, x1, y1 = 0, top, w, h
        if (corners[2] > 1e-3).all():
            u, v = corners[0] / corners[2] * w, corners[1] / corners[2] * h
            x0, y0 = max(x0, int(u.min())), max(y0, int(v.min()))
            x1, y1 = min(x1, int(u.max()) + 2), min(y1, int(v.max()) + 2)
        if x1 - x0 < 1 or y1 - y0 < 1:
            return
        to_part = np.array([[w, 0, -x0 - 0.5], [0, h, -y0 - 0.5], [0, 0, 1.0]]) @ to_screen
        cv2.warpPerspective(plane.texture[:, first:last], to_part, (x1 - x0, y1 - y0), dst=canvas[y0:y1, x0:x1],
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
        tone = self.look.lit((232, 238, 238))
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

    def _people(self, canvas: np.ndarray, camera: Camera, matrix: np.ndarray, seen: float, wearing: np.ndarray, subject: int, line: int) -> None:
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
        if subject >= 0:
            shown &= not_in_front(low[:, 2], subject)
        along, across, dark = self.look.shadow
        people = np.flatnonzero(shown).tolist()
        sky = camera.target[:2] - camera.eye[:2]
        sky = sky / np.hypot(*sky)
        face = match.face[index]
        side, front = (face @ (-sky[1], sky[0])).tolist(), (-(face @ sky)).tolist()
        pose, pose_at, speed = match.pose[index].tolist(), match.pose_at[index].tolist(), match.speed[index].tolist()
        stride = (match.stride[index] * (1 - share) + match.stride[index + 1] * share).tolist()
        spots, heights, worn = screen.tolist(), tall.tolist(), wearing.tolist()
        for i in people:
            high_now = heights[i]
            wide = high_now * (0.42 if pose[i] == RUN else 0.5) * (0.6 + abs(along) * 0.6)
            figures.shadow(canvas, spots[i][0] + along * high_now * 0.35, spots[i][1] + across * high_now * 0.3, wide, max(2.0, high_now * 0.11), dark)
        radius = BALL_DIAMETER / 2 / camera.span * w * float(np.linalg.norm(camera.target - camera.eye)) / max(1.0, spots[47][2])
        if spots[23][2] > 1:
            figures.shadow(canvas, spots[23][0], spots[23][1], radius * 1.3, max(2.0, radius * 0.6), min(0.6, dark + 0.1))
        items = [(-spots[i][2], i) for i in people]
        owner = int(match.carrier[index])
        ball_depth = min(spots[23][2], spots[owner][2]) if owner >= 0 else spots[23][2]      # never hidden by its own carrier
        items += [(0.15 - ball_depth, 23)] if spots[47][2] > 1 else []
        items += [(-spots[48 + i][2], 48 + i) for i in range(4) if spots[48 + i][2] > 1]
        for _, i in sorted(items):
            if i == 23:
                figures.ball(canvas, spots[47][0], spots[47][1], radius, float(ball[0] + ball[1]) * 2.0, self.look.light[1], line)
            elif i >= 48:
                self._flag(canvas, spots[i], camera, line)
            else:
                figures.person(canvas, spots[i][0], spots[i][1], heights[i], self.kits[worn[i]], pose[i], max(0.0, seen - pose_at[i]),
                               stride[i], speed[i], side[i], front[i], line)

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

    def _lens(self, out: np.ndarray, t: float) -> None:
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

"""Cameras: pinhole projection, the main camera's lagging pan and zoom, and the other angles."""
from dataclasses import dataclass

import numpy as np

from .football import DT
from .pitch import LENGTH, WIDTH

ASPECT = 16 / 9
MAIN_WIDTH = 26.5         # metres across the frame at the point looked at


@dataclass(frozen=True)
class Camera:
    """A pinhole camera: eye and target in metres, and how many metres the frame spans at the target's distance."""
    eye: np.ndarray
    target: np.ndarray
    span: float

    def matrix(self) -> np.ndarray:
        """[3, 4]: world (x, y, z, 1) to homogeneous screen (u, v in 0..1, times depth)."""
        forward = self.target - self.eye
        distance = float(np.sqrt(forward @ forward))
        fx, fy, fz = forward / distance
        flat = (fx * fx + fy * fy) ** 0.5
        right = np.array([-fy / flat, fx / flat, 0.0])
        up = np.array([-fx * fz / flat, -fy * fz / flat, flat])
        focal = distance / self.span
        rows = np.empty((3, 4))
        depth = forward / distance
        rows[0, :3] = focal * right + 0.5 * depth
        rows[1, :3] = -focal * ASPECT * up + 0.5 * depth
        rows[2, :3] = depth
        rows[:, 3] = -rows[:, :3] @ self.eye
        return rows


def project(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """[n, 3] metres to [n, 3]: u, v in 0..1 of the frame, and depth in metres."""
    image = points @ matrix[:, :3].T + matrix[:, 3]
    depth = np.maximum(image[:, 2:], 1e-3)
    return np.concatenate([image[:, :2] / depth, image[:, 2:]], 1)


def not_in_front(depth: np.ndarray, subject: int) -> np.ndarray:
    """Which people a close-up of one of them shows: nobody stands between him and the camera."""
    return depth > depth[subject] - 1.2


def main_track(balls: np.ndarray, focus: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """[n, 3]: the main camera's target x, y and span at every step; a critically damped follower with an operator's lag."""
    pace = float(rng.uniform(2.5, 3.3))
    lead = np.gradient(balls[:, :2], axis=0) / DT
    lead = np.clip(lead, -12, 12) * 0.22
    free = focus[:, 2] == 0
    aims = np.where(free[:, None], balls[:, :2] + lead, focus[:, :2])
    spans = np.where(free, MAIN_WIDTH + np.minimum(2.0, np.hypot(lead[:, 0], lead[:, 1])), focus[:, 2])
    wish = np.stack([np.clip(aims[:, 0], 8.5, LENGTH - 8.5), np.clip(aims[:, 1] - 0.5, 9.5, WIDTH - 6.5), spans], 1).tolist()
    where, speed = list(wish[0]), [0.0, 0.0, 0.0]
    paces = (pace, pace * 0.8, pace * 0.5)
    out = []
    for goal in wish:
        for axis in (0, 1, 2):
            omega = paces[axis]
            speed[axis] += (omega * omega * (goal[axis] - where[axis]) - 2 * omega * speed[axis]) * DT
            where[axis] += speed[axis] * DT
        out.append(tuple(where))
    return np.array(out)


def main_camera(row: np.ndarray) -> Camera:
    x, y, span = row
    eye = np.array([LENGTH / 2 + 0.72 * (x - LENGTH / 2), WIDTH + 24.0, 27.0])
    return Camera(eye, np.array([x, y, 0.8]), float(span))


def close_camera(subject: np.ndarray) -> Camera:
    """A close-up of one person, from the near side; right of the middle, so that the scoreboard hides nothing of him."""
    x, y = subject
    return Camera(np.array([x + 0.5, y + 13.0, 3.8]), np.array([x - 1.2, y, 1.65]), 8.2)


def replay_camera(ball: np.ndarray, angle: int) -> Camera:
    """Another angle on a smoothed ball: 0 low from the near side, 1 from behind the goal, 2 high and tight."""
    x, y = float(ball[0]), float(ball[1])
    goal = LENGTH if x > LENGTH / 2 else 0.0
    out = 1 if goal else -1
    if angle == 1:
        return Camera(np.array([goal + out * 15.0, WIDTH / 2 + 9.0, 9.0]), np.array([x, y * 0.8 + WIDTH * 0.1, 1.0]), 19.0)
    if angle == 2:
        return Camera(np.array([x - out * 14.0, WIDTH + 14.0, 17.0]), np.array([x, y, 0.8]), 19.0)
    return Camera(np.array([x * 0.5 + goal * 0.5, WIDTH + 12.0, 9.0]), np.array([x, y, 1.0]), 18.0)

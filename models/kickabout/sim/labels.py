"""Dense labels of one frame, for training."""
from typing import TYPE_CHECKING

import numpy as np

from .camera import not_in_front, project
from .football import FALLEN, RED, REFEREE, YELLOW
from .pitch import PLAYER_HEIGHT, zone_of

if TYPE_CHECKING:
    from .match import Match


def label(match: "Match", t: float, wearing: np.ndarray) -> dict:
    """Labels at broadcast time t; places are in the frame's own 0..1 (x right, y down).

    shot: what is on air. ball: (x, y, visible). carrier: index into players, None when nobody has the ball or he is out of the
    frame; carrier_team, carrier_xy (feet) with it; carrier_id: 0-10 home, 11-21 away, whoever has the ball, seen or not.
    players: (x, y_feet, height, team, role) of all in the frame; the referee's team is -1. zone: of the ball in the match seen.
    """
    take = match.timeline.take_at(t)
    seen = take.match_time(t)
    index, share = match.step(seen)
    pose = match.pose[index]
    (home, away), changed = match.score_at(t)
    ball = match.ball[index] * (1 - share) + match.ball[index + 1] * share
    out = {
        "shot": take.kind, "ball": (0.0, 0.0, False), "carrier": None, "carrier_team": None, "carrier_xy": None, "carrier_id": None,
        "players": [], "phase": match.phases[index], "zone": zone_of(ball[0], ball[1]), "score": (home, away),
        "score_changed": changed < 2.0, "clock": match.clock.seconds(t), "wipe": match.timeline.wipe_at(t) is not None,
        "fallen": False, "card": None, "attack": match.direction_at(seen),
    }
    if take.kind == "graphic":
        return out
    matrix = match.camera(take, seen).matrix()
    feet = np.zeros((24, 3))
    feet[:23, :2] = match.pos[index] * (1 - share) + match.pos[index + 1] * share
    feet[23] = ball
    feet[23, 2] += 0.3
    heads = feet[:23].copy()
    heads[:, 2] = PLAYER_HEIGHT
    low, high = project(matrix, feet), project(matrix, heads)
    u, v, depth = low.T
    inside = (u > -0.02) & (u < 1.02) & (v > 0.0) & (high_or(v, high) < 1.0) & (depth > 0.5)
    if take.subject >= 0:
        inside[:23] &= not_in_front(depth[:23], take.subject)
    ball_seen = bool(0 <= u[23] <= 1 and 0 <= v[23] <= 1 and depth[23] > 0.5)
    out["ball"] = (float(u[23]), float(v[23]), ball_seen)
    carrier = int(match.carrier[index])
    out["carrier_id"] = carrier if carrier >= 0 else None
    for person in np.flatnonzero(inside[:23]):
        role = "referee" if person == REFEREE else "outfield" if person % 11 else "keeper"
        team = -1 if person == REFEREE else int(wearing[person]) // 11
        if person == carrier:
            out["carrier"], out["carrier_team"] = len(out["players"]), team
            out["carrier_xy"] = (float(u[person]), float(v[person]))
        out["players"].append((float(u[person]), float(v[person]), float(v[person] - high[person, 1]), team, role))
    out["fallen"] = bool(((pose[:22] == FALLEN) & inside[:22]).any())
    if inside[REFEREE]:
        out["card"] = {YELLOW: "yellow", RED: "red"}.get(int(pose[REFEREE]))
    return out


def high_or(feet: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The top of each thing in the frame: heads for people, itself for the ball."""
    return np.append(high[:, 1], feet[23])

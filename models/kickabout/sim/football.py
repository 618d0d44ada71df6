"""Bodies and ball: how 22 players, a referee and a ball move, at 25 steps a second.

Indices: 0-10 the home team (0 its keeper), 11-21 the away team (11 its keeper), 22 the referee.
"""
from dataclasses import dataclass, field

import numpy as np

from .pitch import LENGTH, PLAYER_HEIGHT, WIDTH

DT = 0.04
RETHINK = 4               # steps between two looks at where everyone should stand
REFEREE = 22
KEEPERS = (0, 11)
BALL_REACH = 0.5          # metres from a carrier's feet to the ball
OPPONENT_GAP = 2.3        # nobody but a tackler comes nearer to a carried ball, in metres
TEAMMATE_GAP = 2.0

# Poses; a figure's legs run by its speed in the first of them.
RUN, FALLEN, DIVE_LEFT, DIVE_RIGHT, CELEBRATE, OVERHEAD, KICK, SLIDE, YELLOW, RED, ARM, HOLD = range(12)

# Places in a 4-3-3 as shares of the way to the opponents' goal and across the pitch.
FORMATION = np.array([
    (0.02, 0.5), (0.2, 0.14), (0.14, 0.38), (0.14, 0.62), (0.2, 0.86),
    (0.42, 0.28), (0.38, 0.5), (0.42, 0.72), (0.7, 0.18), (0.76, 0.5), (0.7, 0.82),
])


@dataclass
class Flight:
    """A ball on its way: from start to end (x, y, z in metres) in seconds, rising by apex, slowing when it rolls."""
    start: np.ndarray
    end: np.ndarray
    began: float
    seconds: float
    apex: float
    rolls: bool

    def at(self, time: float) -> np.ndarray:
        share = min(1.0, max(0.0, (time - self.began) / self.seconds))
        way = 1.0 - (1.0 - share) ** 1.35 if self.rolls else share
        point = self.start + (self.end - self.start) * way
        point[2] += 4 * self.apex * share * (1 - share)
        return point


@dataclass
class Track:
    """Everything that was, one row a step."""
    pos: list[np.ndarray] = field(default_factory=list)
    face: list[np.ndarray] = field(default_factory=list)
    stride: list[np.ndarray] = field(default_factory=list)
    speed: list[np.ndarray] = field(default_factory=list)
    pose: list[np.ndarray] = field(default_factory=list)
    pose_at: list[np.ndarray] = field(default_factory=list)
    ball: list[np.ndarray] = field(default_factory=list)
    focus: list[tuple[float, float, float]] = field(default_factory=list)
    carrier: list[int] = field(default_factory=list)
    phase: list[str] = field(default_factory=list)


class World:
    """The moving parts. Directors set errands and move the ball; `tick` advances everybody by DT."""

    def __init__(self, rng: np.random.Generator):
        self.time = 0.0
        self.pos = np.zeros((23, 2))
        self.vel = np.zeros((23, 2))
        self.face = np.tile([1.0, 0.0], (23, 1))
        self.stride = rng.random(23) * 6
        self.pose = np.zeros(23, np.uint8)
        self.pose_at = np.zeros(23)
        self.ball = np.array([LENGTH / 2, WIDTH / 2, 0.0])
        self.carrier = -1
        self.holder = -1            # who has the ball in the hands
        self.flight: Flight | None = None
        self.attack = [1, -1]       # direction of each team
        self.possession = 0         # the team that the formations take to have the ball
        self.errands: dict[int, tuple[float, float, float]] = {}
        self.contact: set[int] = set()     # those who may come close to the ball
        self.focus: tuple[float, float, float] | None = None   # x, y, width wished of the main camera, in metres
        self.phase = "kickoff"
        self.in_play = False
        self.track = Track()
        self._steps = 0
        self._plan = self.pos
        self._sway = rng.random((23, 2)) * 6.28
        self._sway_rate = 0.25 + rng.random((23, 2)) * 0.4

    def team_of(self, index: int) -> int:
        return 0 if index < 11 else 1

    def set_pose(self, pose: int, *indices: int) -> None:
        for index in indices:
            self.pose[index] = pose
            self.pose_at[index] = self.time

    def stand_up(self) -> None:
        self.pose[:] = RUN

    def kick(self, end: tuple[float, float, float], seconds: float, apex: float = 0.0, rolls: bool = False) -> None:
        """Sends the ball on its way; nobody carries it any more."""
        self.carrier = self.holder = -1
        self.flight = Flight(self.ball.copy(), np.array(end, float), self.time, max(seconds, DT), apex, rolls)

    def place_ball(self, x: float, y: float, z: float = 0.0) -> None:
        self.carrier = self.holder = -1
        self.flight = None
        self.ball[:] = x, y, z

    def give(self, index: int) -> None:
        """Player index now has the ball at the feet."""
        self.flight, self.holder, self.carrier = None, -1, index
        self.possession = self.team_of(index)

    def hold(self, index: int) -> None:
        """Player index now has the ball in the hands."""
        self.flight, self.carrier, self.holder = None, -1, index
        self.possession = self.team_of(index)

    def formation(self) -> np.ndarray:
        """Where everyone would stand now, [23, 2] metres."""
        want = np.empty((23, 2))
        across = self.ball[1] / WIDTH - 0.5
        for team in (0, 1):
            forward = self.attack[team] > 0
            along = self.ball[0] / LENGTH if forward else 1 - self.ball[0] / LENGTH
            has_ball = self.possession == team
            share = FORMATION[:, 0] * (0.62 if has_ball else 0.56) + 0.55 * (along - 0.5) + (0.27 if has_ball else 0.2)
            share = np.clip(share, 0.06, 0.95)
            rows = slice(team * 11, team * 11 + 11)
            want[rows, 0] = (share if forward else 1 - share) * LENGTH
            spread = 0.8 if has_ball else 0.62
            want[rows, 1] = np.clip(0.5 + (FORMATION[:, 1] - 0.5) * spread + 0.34 * across, 0.03, 0.97) * WIDTH
            out = 1.2 + 2.6 * min(1.0, max(0.0, along))
            keeper = team * 11
            line = 0.0 if forward else LENGTH
            want[keeper] = line + out * self.attack[team], WIDTH / 2 + across * (5.0 if along < 0.4 else 2.5)
        want[:22] += 1.6 * np.sin(self._sway[:22] + self.time * self._sway_rate[:22])
        trail = -8.0 * self.attack[self.possession]
        want[REFEREE] = self.ball[0] + trail, self.ball[1] + (-7.0 if self.ball[1] > 10 else 8.0)     # not between camera and ball
        want[list(KEEPERS)] -= 1.3 * np.sin(self._sway[list(KEEPERS)] + self.time * self._sway_rate[list(KEEPERS)])
        return want

    def _press(self, want: np.ndarray) -> None:
        """The two nearest opponents close the ball down from their goal's side."""
        other = 1 - self.possession
        rows = np.arange(other * 11 + 1, other * 11 + 11)
        near = rows[np.argsort(np.hypot(*(self.pos[rows] - self.ball[:2]).T))[:2]]
        own_goal = np.array([0.0 if self.attack[other] > 0 else LENGTH, WIDTH / 2])
        goalward = own_goal - self.ball[:2]
        goalward /= np.hypot(*goalward) + 1e-6
        want[near[0]] = self.ball[:2] + goalward * 3.2
        want[near[1]] = self.ball[:2] + goalward * 6.5 + (goalward[::-1] * (2.5, -2.5))

    def tick(self) -> None:
        """One step of DT seconds, recorded."""
        self.time += DT
        if self._steps % RETHINK == 0:
            self._plan = self.formation()
            if self.in_play:
                self._press(self._plan)
        self._steps += 1
        want = self._plan.copy()
        cap = np.full(23, 5.6 if self.in_play else 4.2)
        for index, (x, y, speed) in self.errands.items():
            want[index] = x, y
            cap[index] = speed
        down = (self.pose == FALLEN) | (self.pose == SLIDE)
        cap[down] = 0.0
        way = want - self.pos
        far = np.hypot(way[:, 0], way[:, 1])
        wish = way * (np.minimum(cap, far * 2.0) / (far + 1e-6))[:, None]
        change = wish - self.vel
        size = np.hypot(change[:, 0], change[:, 1])
        self.vel += change * np.minimum(1.0, 14.0 * DT / (size + 1e-6))[:, None]
        self.vel[down] *= 0.8
        self.pos += self.vel * DT
        self._keep_apart()
        speed = np.hypot(self.vel[:, 0], self.vel[:, 1])
        self.stride += speed * DT
        look = self.ball[:2] - self.pos
        look /= (np.hypot(look[:, 0], look[:, 1]) + 1e-6)[:, None]
        aim = np.where((speed > 0.9)[:, None], self.vel / (speed + 1e-6)[:, None], look)
        if self.carrier >= 0 and speed[self.carrier] <= 0.9:
            aim[self.carrier] = self.face[self.carrier]
        self.face += (aim - self.face) * 0.22
        self.face /= (np.hypot(self.face[:, 0], self.face[:, 1]) + 1e-6)[:, None]
        self._move_ball()
        self._record(speed)

    def _keep_apart(self) -> None:
        across, down = (self.pos[:, axis, None] - self.pos[:, axis] for axis in (0, 1))
        dist = np.sqrt(across * across + down * down) + 1e-6
        push = np.maximum(0.0, 1.5 - dist) / dist
        move = np.stack([(across * push).sum(1), (down * push).sum(1)], 1) * 0.12
        if self.carrier >= 0:
            move[self.carrier] = 0.0
            away = self.pos - self.ball[:2]
            far = np.hypot(away[:, 0], away[:, 1]) + 1e-6
            least = np.where(np.arange(23) // 11 == self.team_of(self.carrier), TEAMMATE_GAP, OPPONENT_GAP)
            short = np.maximum(0.0, least - far)
            short[self.carrier] = 0.0
            for index in self.contact:
                short[index] = 0.0
            move += away / far[:, None] * np.minimum(short, 0.3)[:, None]
        self.pos += move

    def _move_ball(self) -> None:
        if self.carrier >= 0:
            reach = BALL_REACH + 0.12 * abs(np.sin(self.stride[self.carrier] * 1.6)) * min(1.0, np.hypot(*self.vel[self.carrier]) / 4)
            goal = self.pos[self.carrier] + self.face[self.carrier] * reach
            self.ball[:2] += (goal - self.ball[:2]) * 0.6
            self.ball[2] *= 0.5
        elif self.holder >= 0:
            overhead = self.pose[self.holder] == OVERHEAD
            goal = (*(self.pos[self.holder] + self.face[self.holder] * (0.1 if overhead else 0.35)), PLAYER_HEIGHT * (1.28 if overhead else 0.5))
            self.ball += (np.array(goal) - self.ball) * 0.5
        elif self.flight is not None:
            self.ball = self.flight.at(self.time)
            if self.time >= self.flight.began + self.flight.seconds:
                self.flight = None
        elif self.ball[2] > 0:
            self.ball[2] = max(0.0, self.ball[2] - 4.5 * DT)

    def _record(self, speed: np.ndarray) -> None:
        track = self.track
        for rows, now in ((track.pos, self.pos), (track.face, self.face), (track.stride, self.stride), (track.pose, self.pose),
                          (track.pose_at, self.pose_at), (track.ball, self.ball)):
            rows.append(now.copy())
        track.speed.append(speed)
        track.focus.append(self.focus or (self.ball[0], self.ball[1], 0.0))
        track.carrier.append(self.carrier if self.carrier >= 0 else self.holder)
        track.phase.append(self.phase)

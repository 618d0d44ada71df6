"""Rendered ticks on disk: JPEG frames and dense labels of matches, a shard per match, made by worker processes as training goes on.

A vision shard holds scattered ticks with shirts shuffled on half of them; a stream shard holds a whole match, tick after tick; a moments
shard holds a match's rare moments and three stretches of anything, each with what led to it and what followed: little more than half of the
match, most of what there is to learn from it.
"""
import json
from pathlib import Path

import cv2
import numpy as np
from sim import Match
from sim.kits import TEAMS

from .broadcast import SIZE as BROADCAST
from .broadcast import broadcast
from .files import whole_file
from .shape import FPS, FRAMES_PER_TICK, GRID_H, GRID_W, HEIGHT, MERGE, PATCHES, SECONDS_PER_TICK, WIDTH

NAMES = list(TEAMS)
SHOTS = ["main", "close", "replay", "graphic", "foreign"]
PHASES = ["open", "kickoff", "throw_in", "corner", "keeper_ball", "goal_kick", "free_kick", "penalty", "goal", "foul", "half_time", "full_time"]
ZONES = ["left_box", "left_third", "midfield", "right_third", "right_box"]
CARDS = [None, "yellow", "red"]
NOBODY, KEEPER, REFEREE = 0, len(NAMES) + 1, len(NAMES) + 2       # shirt classes; 1… are the teams
UNKNOWN = -100                                                    # cross entropy's ignored index
LABEL = np.dtype([
    ("shot", "i2"), ("wipe", "i2"), ("phase", "i2"), ("zone", "i2"), ("card", "i2"), ("fallen", "i2"), ("carrier", "i2"), ("shuffled", "i2"),
    ("ball_patch", "i2"), ("ball", "f4", 2), ("move", "f4", 2), ("teams", "i2", 2), ("score", "i2", 2), ("occupancy", "i1", PATCHES)])


def patch_at(x: float, y: float) -> int:
    """The patch, in Qwen's order, under a point of the frame (0..1)."""
    row, col = min(GRID_H - 1, max(0, int(y * GRID_H))), min(GRID_W - 1, max(0, int(x * GRID_W)))
    cell = (row // MERGE) * (GRID_W // MERGE) + col // MERGE
    return cell * MERGE * MERGE + (row % MERGE) * MERGE + col % MERGE


ORDER = np.argsort([patch_at((c + 0.5) / GRID_W, (r + 0.5) / GRID_H) for r in range(GRID_H) for c in range(GRID_W)])


def occupancy(players: list, names: tuple[str, str]) -> np.ndarray:
    """[448] in Qwen's order: whose shirt covers a patch's middle, the nearest person's where two overlap."""
    grid = np.zeros((GRID_H, GRID_W), np.int8)
    ys, xs = (np.arange(GRID_H) + 0.5) / GRID_H, (np.arange(GRID_W) + 0.5) / GRID_W
    for x, feet, height, team, role in sorted(players, key=lambda p: p[1]):
        half = max(0.16 * height * HEIGHT / WIDTH, 0.45 / GRID_W)
        rows = (ys > feet - height - 0.2 / GRID_H) & (ys < feet + 0.2 / GRID_H)
        kind = REFEREE if role == "referee" else KEEPER if role == "keeper" else NAMES.index(names[team]) + 1
        grid[np.ix_(rows, np.abs(xs - x) < half)] = kind
    return grid.reshape(-1)[ORDER]


def label_of(match: Match, t: float, shuffle: int | None) -> np.void:
    """The LABEL of the tick whose two frames are at t and t + 0.25 s; places are those of the second."""
    first, now = match.state(t, shuffle), match.state(t + 1 / FPS, shuffle)
    out = np.zeros((), LABEL)
    out["shot"], out["wipe"], out["shuffled"] = SHOTS.index(now["shot"]), now["wipe"], shuffle is not None
    out["phase"] = PHASES.index(now["phase"]) if now["shot"] == "main" else UNKNOWN
    out["zone"] = out["ball_patch"] = out["carrier"] = UNKNOWN
    out["teams"] = [NAMES.index(name) for name in match.names]
    out["score"] = np.minimum(now["score"], 9) if now["shot"] == "main" and not now["wipe"] else UNKNOWN      # where the board is in the picture
    out["card"], out["fallen"] = CARDS.index(now["card"]), now["fallen"]
    x, y, seen = now["ball"]
    if now["wipe"]:                                               # the wipe hides the picture
        out["phase"] = UNKNOWN
        return out
    if seen:
        out["zone"], out["ball"], out["ball_patch"] = ZONES.index(now["zone"]), (x, y), patch_at(x, y)
        out["move"] = np.clip(np.subtract((x, y), first["ball"][:2]) * 8, -4, 4) if first["ball"][2] else 0
        out["carrier"] = NOBODY
        if now["carrier"] is not None:
            team, role = now["players"][now["carrier"]][3:]
            out["carrier"] = KEEPER if role == "keeper" else NAMES.index(match.names[team]) + 1
        elif now["carrier_id"] is not None:
            out["carrier"] = UNKNOWN
    out["occupancy"] = occupancy(now["players"], match.names)
    return out


def picture(match: Match, t: float, size: tuple[int, int], shuffle: int | None, quality: int) -> bytes:
    frame = match.render(t, size, shuffle)
    if size != (WIDTH, HEIGHT):
        frame = cv2.resize(frame, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return jpeg(frame, quality)


def jpeg(frame: np.ndarray, quality: int) -> bytes:
    return cv2.imencode(".jpg", frame[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def frame_times(ticks: np.ndarray) -> np.ndarray:
    """Of all frames of the ticks that begin at these times."""
    return (ticks[:, None] + np.arange(FRAMES_PER_TICK) / FPS).reshape(-1)


def balanced_times(match: Match, count: int, rng: np.random.Generator) -> np.ndarray:
    """Random tick times of which half show a rare phase or a shot in flight."""
    times = rng.uniform(0, match.duration - SECONDS_PER_TICK, 6 * count)
    kinds = [match.phases[match.step(t)[0]] + match.timeline.take_at(t).kind for t in times]
    events = [e for e in match.truth["events"] if e["type"] in ("shot", "save", "goal", "card", "foul", "corner", "throw_in", "penalty")]
    near = [e["time"] + rng.uniform(-0.3, 1.0) for e in events]
    share = {kind: kinds.count(kind) for kind in set(kinds)}
    weights = np.array([share[kind] ** -0.65 for kind in kinds])
    picked = rng.choice(times, count, replace=False, p=weights / weights.sum())
    if near:
        picked[:count // 4] = rng.choice(near, count // 4)
    return np.clip(picked, 0, match.duration - SECONDS_PER_TICK)


CRF, NEARLY_LOSSLESS = (20, 27), 98      # of H.264 (make.py's is 23); the quality of a JPEG that adds nothing to see

SPAN = 22                    # ticks around a moment: eleven seconds
RARE = {"goal": 3, "penalty": 1, "save": 2, "shot": 2, "card": 1, "foul": 1, "corner": 1, "throw_in": 1, "kick_off": 1, "half_time": 1, "full_time": 1, "replay": 1}


def moments(match: Match, count: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Spans [first, end) of a match of `count` ticks, in order and apart: its rare moments, a few of each kind, and three spans of anything."""
    wanted = [rng.uniform(0, match.duration) for _ in range(3)]
    for kind, most in RARE.items():
        times = [event["time"] for event in match.truth["events"] if event["type"] == kind]
        wanted += list(rng.permutation(times)[:most])
    watched = np.zeros(count, bool)
    for time in wanted:
        first = int(np.clip(time / SECONDS_PER_TICK - rng.integers(4, SPAN - 4), 0, count - SPAN))
        if watched[first:first + SPAN].mean() < 0.5:
            watched[first:first + SPAN] = True
    edges = np.flatnonzero(np.diff(watched.astype(int), prepend=0, append=0))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def settings(rng: np.random.Generator) -> dict:
    """How one match is drawn: the score it starts from, its deck and its picture."""
    rates = {} if rng.random() < 0.5 else {"foul": 6, "corner": 5, "throw_in": 5, "calm": 1}
    score = (0, 0) if rng.random() < 0.5 else tuple(int(v) for v in rng.integers(0, 6, 2))
    return {"score": score, "rates": rates}


def make_shard(folder: Path, kind: str, seed: int, sizes: list[tuple[int, int]]) -> None:
    """Writes `{kind}-{seed}.{npz,json}`; vision: 96 scattered ticks of a match; stream: the whole match; moments: spans of it. A match in the
    size of a broadcast is also compressed as one, but for scattered ticks."""
    rng = np.random.default_rng([seed, 77])
    match = Match(seed, 2.0 if kind == "vision" else float(rng.uniform(2.0, 4.0)), **settings(rng))
    size, quality, spans = sizes[int(rng.integers(len(sizes)))], int(rng.integers(80, 97)), []
    if kind == "vision":
        times = balanced_times(match, 96, rng)
        shuffles = [int(rng.integers(1 << 30)) if rng.random() < 0.5 else None for _ in times]
    else:
        times = np.arange(rng.uniform(0, SECONDS_PER_TICK), match.duration - SECONDS_PER_TICK, SECONDS_PER_TICK)
        spans = [(0, len(times))] if kind == "stream" else moments(match, len(times), rng)
        shuffles = [None] * len(times)
    seen = [tick for span in spans for tick in range(*span)] or range(len(times))
    labels = np.stack([label_of(match, times[i], shuffles[i]) for i in seen])
    if spans and size == BROADCAST:
        crf = int(rng.integers(*CRF))
        frames = [jpeg(frame, NEARLY_LOSSLESS) for first, end in spans for frame in broadcast(match, frame_times(times[first:end]), crf)]
    else:
        frames = [picture(match, times[i] + f / FPS, size, shuffles[i], quality) for i in seen for f in range(FRAMES_PER_TICK)]
    ends = np.cumsum([len(f) for f in frames])
    path = folder / f"{kind}-{seed}"
    (folder / f"{kind}-{seed}.json").write_text(json.dumps({"seed": seed, "times": times.tolist(), "spans": spans, "truth": match.truth}))
    with whole_file(Path(f"{path}.npz")) as temporary:
        np.savez(temporary, labels=labels, ends=ends, bytes=np.frombuffer(b"".join(frames), np.uint8))


def shards_in_a_row(folder: Path, ending: str) -> list[Path]:
    """The files of the shards whose ticks follow one another: whole matches, and moments of them. Not those that are being written."""
    return sorted(path for kind in ("stream", "moments") for path in folder.glob(f"{kind}-*[0-9].{ending}"))


class Shard:
    """One shard in memory, still as JPEG: about 30 kB a tick."""

    def __init__(self, path: Path):
        with np.load(path) as data:
            self.labels, self.ends, self.bytes = data["labels"], data["ends"], data["bytes"]
        self.rows = np.arange(len(self.labels))                     # those that training draws from
        self.held = np.flatnonzero(self.labels["carrier"] > NOBODY)

    def frames(self, tick: int) -> np.ndarray:
        """uint8 RGB [2, 128, 224, 3]."""
        out = np.empty((FRAMES_PER_TICK, HEIGHT, WIDTH, 3), np.uint8)
        for f in range(FRAMES_PER_TICK):
            i = tick * FRAMES_PER_TICK + f
            jpeg = self.bytes[self.ends[i - 1] if i else 0:self.ends[i]]
            out[f] = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)[..., ::-1]
        return out

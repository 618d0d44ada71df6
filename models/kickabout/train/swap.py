"""The swap test: is it the shirt of the man on the ball that the tower reads, or where a man of his side would stand?

`python3 models/kickabout/train/swap.py vision.pt [--matches 24] [--ticks 12]` prints a JSON line. On validation matches, drawn on the spot,
whoever has the ball exchanges his kit with an opponent far away: nothing else changes, and the answer to "whose ball is it?" must flip.
A tower that has learnt formations is right before the exchange and wrong after it.
"""
import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from sim import Match  # noqa: E402
from train.device import beside, mixed  # noqa: E402
from train.heads import Heads, targets  # noqa: E402
from train.schedule import load  # noqa: E402
from train.shape import FPS, FRAMES_PER_TICK, HEIGHT, SECONDS_PER_TICK, WIDTH  # noqa: E402
from train.ticks import LABEL, label_of, picture, settings  # noqa: E402
from train.tower import Tower, patchify  # noqa: E402

FIRST_SEED = 1_300_000       # validation seeds that nothing else uses
FAR = 15.0                   # metres from the ball, at least, is the opponent who gets the carrier's kit
QUALITY = 90                 # of the JPEG that the frames go through, as the training's do
PAIRS = 16                   # of ticks, as they are and exchanged, seen at once


class Exchange(Match):
    """A match in which two people can wear each other's kit: they are what `shuffle_kits` names."""

    def wearing(self, shuffle_kits: tuple[int, int] | None) -> np.ndarray:
        order = np.arange(23)
        if shuffle_kits is not None:
            order[list(shuffle_kits)] = shuffle_kits[::-1]
        return order


def exchanges(match: Exchange, count: int, rng: np.random.Generator) -> list[tuple[float, tuple[int, int]]]:
    """Up to `count` ticks in which an outfield player on the main camera has the ball: (time, he and a far opponent)."""
    found = []
    for time in rng.permutation(np.arange(0, match.duration - SECONDS_PER_TICK, SECONDS_PER_TICK)):
        seen_at = time + 1 / FPS                                     # the second frame's, as for all labels
        now = match.state(seen_at)
        if now["shot"] != "main" or now["wipe"] or not now["ball"][2] or now["carrier"] is None or now["carrier_id"] % 11 == 0:
            continue
        step, _ = match.step(match.timeline.take_at(seen_at).match_time(seen_at))
        away = np.linalg.norm(match.pos[step, :22] - match.ball[step, :2], axis=1)
        far = [i for i in range(22) if i % 11 and i // 11 != now["carrier_id"] // 11 and away[i] >= FAR]
        if far:
            found.append((float(time), (now["carrier_id"], int(rng.choice(far)))))
        if len(found) == count:
            break
    return found


def frames_of(match: Exchange, time: float, pair: tuple[int, int] | None) -> np.ndarray:
    """uint8 RGB [2, 128, 224, 3]."""
    files = [picture(match, time + f / FPS, (WIDTH, HEIGHT), pair, QUALITY) for f in range(FRAMES_PER_TICK)]
    return np.stack([cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)[..., ::-1] for file in files])


@dataclass
class Trial:
    """frames uint8 [n, as it is | exchanged, 2, 128, 224, 3] and labels [n, 2]."""
    frames: np.ndarray
    labels: np.ndarray
    matches: int


def make_trial(matches: int = 24, ticks: int = 12, first_seed: int = FIRST_SEED) -> Trial:
    frames, labels = [], []
    for seed in range(first_seed, first_seed + matches):
        rng = np.random.default_rng([seed, 55])
        match = Exchange(seed, 2.0, **settings(rng))
        for time, pair in exchanges(match, ticks, rng):
            frames.append([frames_of(match, time, worn) for worn in (None, pair)])
            labels.append([label_of(match, time, worn) for worn in (None, pair)])
    return Trial(np.array(frames), np.array(labels, LABEL), matches)


@torch.no_grad()
def swap_marks(tower: Tower, heads: Heads, trial: Trial) -> dict[str, float]:
    """Shares right, before and after the exchange. `team` asks which of the two sides' shirts is likelier, `carrier` for the very answer
    among all shirts, keepers and nobody; both from the merged tokens. The ball's very patch is found in the patches, and seen in the tokens."""
    tower.eval(), heads.eval()
    right: dict[str, list[torch.Tensor]] = {}
    for start in range(0, len(trial.frames), PAIRS):
        frames, labels = trial.frames[start:start + PAIRS], trial.labels[start:start + PAIRS].reshape(-1)
        want = targets(heads, labels)
        with mixed(tower):
            patches, tokens = tower(patchify(beside(tower, frames.reshape(-1, *frames.shape[2:]))))
            out = heads(patches, tokens, want["patch_ball"])
        carrier, answers = want["carrier"], out["carrier"].float()
        sides = beside(tower, labels["teams"].astype(np.int64)) + 1                         # as shirt classes
        sided = sides.gather(1, answers.gather(1, sides).argmax(1, keepdim=True))[:, 0]
        now = {"ball_found": out["patch_ball"].argmax(1) == want["patch_ball"], "ball_seen": out["seen_ball"].argmax(1) == want["patch_ball"]}
        for name, guess in (("team", sided), ("carrier", answers.argmax(1))):
            now[name], now[f"{name}_exchanged"] = (guess == carrier).view(-1, 2).unbind(1)
        for name, rows in now.items():
            right.setdefault(name, []).append(rows)
    return {name: round(float(torch.cat(rows).float().mean()), 4) for name, rows in right.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="the vision stage's, with its heads: DIR/vision.pt")
    parser.add_argument("--matches", type=int, default=24)
    parser.add_argument("--ticks", type=int, default=12, help="of each match, at most")
    options = parser.parse_args()
    torch.set_num_threads(1)
    trial = make_trial(options.matches, options.ticks)
    tower, heads = (load(options.checkpoint, name, module) for name, module in (("tower", Tower()), ("heads", Heads())))
    print(json.dumps({"matches": trial.matches, "ticks": len(trial.labels), **swap_marks(tower, heads, trial)}))


if __name__ == "__main__":
    main()

"""Stage 1: the vision tower alone, on independent ticks with dense labels. Its gate: the carrier's team, shirts shuffled, above 85 %."""
import queue
import threading
import time
from pathlib import Path

import numpy as np
import torch

from .device import beside, mixed
from .foreign import foreign_pair
from .heads import WEIGHTS, Heads, accuracies, losses, targets
from .schedule import Stage
from .ticks import LABEL, SHOTS, UNKNOWN, Shard
from .tower import Tower, patchify

BATCH, FOREIGN_SHARE, VISION_SHARE = 24, 0.06, 0.5
HELD_SHARE = 0.5             # of the ticks, at least, somebody has the ball: his shirt is what is hardest to learn
CHECK_EVERY = 50             # steps between looks whether those who render still do
RESCAN = 20.0                # seconds between looks for new shards
LEAST_SHARDS = 3


def foreign_label() -> np.void:
    label = np.zeros((), LABEL)
    for name in LABEL.names:
        if name not in ("ball", "move", "occupancy", "wipe", "card", "fallen"):
            label[name] = UNKNOWN
    label["shot"] = SHOTS.index("foreign")
    label["shuffled"] = 0
    return label


class Ticks:
    """Random ticks from whatever shards are there by now."""

    def __init__(self, folder: Path, seed: int):
        self.folder, self.rng = folder, np.random.default_rng(seed)
        self.shards: dict[str, dict[str, Shard]] = {"vision": {}, "stream": {}, "moments": {}}
        self.looked = -RESCAN

    def rescan(self) -> None:
        if time.monotonic() - self.looked < RESCAN:
            return
        for kind, known in self.shards.items():
            for path in sorted(self.folder.glob(f"{kind}-*[0-9].npz")):
                if path.name not in known:
                    known[path.name] = Shard(path)
        self.looked = time.monotonic()

    def wait(self, check=lambda: None) -> None:
        """Returns once there is something to draw from; `check` raises where nothing will come."""
        self.rescan()
        while sum(map(len, self.shards.values())) < LEAST_SHARDS:
            check()
            time.sleep(2)
            self.looked = -RESCAN
            self.rescan()

    def batch(self, size: int | None = None, foreign: float = FOREIGN_SHARE) -> tuple[np.ndarray, np.ndarray]:
        """(frames uint8 [B, 2, 128, 224, 3], labels [B])."""
        self.rescan()
        frames, labels = [], []
        for _ in range(size or BATCH):
            if self.rng.random() < foreign:
                frames.append(foreign_pair(self.rng))
                labels.append(foreign_label())
                continue
            kinds = [kind for kind, shards in self.shards.items() if shards]
            kind = "vision" if "vision" in kinds and self.rng.random() < VISION_SHARE else kinds[int(self.rng.integers(len(kinds)))]
            names = list(self.shards[kind])
            shard = self.shards[kind][names[int(self.rng.integers(len(names)))]]
            tick = int(self.rng.choice(shard.held if len(shard.held) and self.rng.random() < HELD_SHARE else shard.rows))
            frames.append(shard.frames(tick))
            labels.append(shard.labels[tick])
        return np.stack(frames), np.array(labels, LABEL)


def ahead(make, depth: int = 4):
    """Yields make()'s results, prepared by a thread at most `depth` ahead; raises what make() raises. The thread ends when the generator is closed."""
    ready: queue.Queue = queue.Queue(depth)
    closed = threading.Event()

    def put(item: tuple) -> None:
        while not closed.is_set():
            try:
                return ready.put(item, timeout=0.5)
            except queue.Full:
                pass

    def work() -> None:
        try:
            while not closed.is_set():
                put((make(), None))
        except Exception as problem:                            # whoever waits for the batch must know
            put((None, problem))
    threading.Thread(target=work, daemon=True).start()
    try:
        while True:
            made, problem = ready.get()
            if problem is not None:
                raise problem
            yield made
    finally:
        closed.set()


def jitter(patches: torch.Tensor) -> torch.Tensor:
    """Small changes of contrast and brightness, per tick and channel."""
    b = len(patches)
    draw = lambda *shape: torch.rand(b, *shape, device=patches.device) - 0.5  # noqa: E731
    gain = 1 + 0.16 * draw(1, 1, 1) + 0.06 * draw(1, 3, 1)
    lift = 0.14 * draw(1, 1, 1)
    return (patches.view(b, -1, 3, patches.shape[-1] // 3) * gain + lift).flatten(2)


@torch.no_grad()
def evaluate(tower: Tower, heads: Heads, batches: list) -> dict[str, float]:
    """Accuracies on validation ticks."""
    tower.eval(), heads.eval()
    sums: dict[str, list[float]] = {}
    for frames, labels in batches:
        with mixed(tower):
            patches, tokens = tower(patchify(beside(tower, frames)))
            out = heads(patches, tokens, targets(heads, labels)["patch_ball"])
        for name, (right, known) in accuracies(heads, out, labels).items():
            total = sums.setdefault(name, [0.0, 0.0])
            total[0] += right
            total[1] += known
    tower.train(), heads.train()
    return {f"val_{name}": round(right / known, 4) for name, (right, known) in sums.items() if known}


def train_vision(cache: Path, validation: Path | None, out: Path, hours: float, compiled: bool = True, check=lambda: None) -> Tower:
    """Trains until the hours are spent, looking at validation ticks (if any) now and then; resumes from out/vision.pt. What is judged and given back
    is the weights' running average, which is also what is shipped. `check` is called now and then, and raises where the data will not be whole."""
    torch.manual_seed(0)
    tower, heads = Tower(), Heads()
    stage = Stage(out, "vision", hours, 1e-3, {"tower": tower, "heads": heads}, [*tower.parameters(), *heads.parameters()])
    forward = torch.compile(tower) if compiled else tower
    source = Ticks(cache, stage.steps + 1)
    trial = Ticks(validation, 5) if validation else None
    held_out: list = []
    checked = stage.spent
    if not stage.over:
        source.wait(check)
        stage.start_clock()
    batches = ahead(source.batch)
    while not stage.over:
        if stage.steps % CHECK_EVERY == 0:
            check()
        frames, labels = next(batches)
        want = targets(heads, labels)
        with mixed(tower):
            patches, tokens = forward(jitter(patchify(beside(tower, frames))))
            parts = losses(heads(patches, tokens, want["patch_ball"]), want)
        loss = sum(WEIGHTS[name] * part for name, part in parts.items())
        stage.step(loss, {name: float(part.detach()) for name, part in parts.items()})
        if trial and (stage.spent - checked > 240 or stage.over):
            checked = stage.spent
            trial.wait(check)
            held_out = held_out or [trial.batch(64) for _ in range(10)]
            stage.log(evaluate(stage.averages["tower"], stage.averages["heads"], held_out))
    batches.close()
    tower.load_state_dict(stage.averages["tower"].state_dict())
    return tower

"""The frozen tower's tokens of every stream shard, float16 on disk: language model steps on them cost a fiftieth of rendering and seeing."""
from pathlib import Path

import numpy as np
import torch

from .device import beside, mixed
from .files import whole_file
from .foreign import foreign_pair
from .shape import TEXT, TOKENS
from .ticks import Shard, shards_in_a_row
from .tower import Tower, patchify

BATCH = 32


@torch.no_grad()
def see(tower: Tower, frames: np.ndarray) -> np.ndarray:
    """uint8 [n, 2, 128, 224, 3] → float16 [n, 28, text dim]."""
    out = np.empty((len(frames), TOKENS, TEXT.dim), np.float16)
    for start in range(0, len(frames), BATCH):
        with mixed(tower):
            tokens = tower(patchify(beside(tower, frames[start:start + BATCH])))[1]
        out[start:start + BATCH] = tokens.float().cpu().numpy()
    return out


def add_features(tower: Tower, cache: Path, folder: Path, most: int | None = None) -> None:
    """Writes folder/NAME.npy for every shard of ticks in a row that lacks it."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in shards_in_a_row(cache, "npz")[:most]:
        target = folder / f"{path.stem}.npy"
        if target.exists():
            continue
        shard = Shard(path)
        found = see(tower, np.stack([shard.frames(i) for i in range(len(shard.labels))]))
        with whole_file(folder / f"{path.stem}.labels.npz") as temporary:
            np.savez(temporary, labels=shard.labels)
        with whole_file(target) as temporary:
            np.save(temporary, found)


def add_foreign(tower: Tower, folder: Path, count: int = 2000, seed: int = 0) -> np.ndarray:
    """Tokens of `count` ticks of foreign footage, made once."""
    path = folder / f"foreign-{seed}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng([seed, 13])
        with whole_file(path) as temporary:
            np.save(temporary, see(tower, np.stack([foreign_pair(rng) for _ in range(count)])))
    return np.load(path)

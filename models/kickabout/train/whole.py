"""Stage 5: everything. The tower is trained on what is said, tick after tick, together with the language model: what the dense questions did
not ask for, but a line depends on, is learnt here. A step sees its pictures anew, and so costs five times as much as one on cached tokens.
"""
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from .align import BATCH, embed, words_loss
from .device import beside, mixed
from .foreign import foreign_pair
from .language import Language
from .passages import Passage, Window, collate
from .schedule import Stage
from .ticks import Shard, shards_in_a_row
from .tower import Tower, patchify
from .vision import ahead, jitter
from .windows import Reel, Windows

RATE = 2e-4                  # a fifth of the stages' before: what was learnt is to be bent, not replaced
CHUNK = 36                   # ticks that the tower sees at once: of one size, so that it is compiled once


@dataclass
class Scene(Reel):
    """As pictures."""
    shard: Shard


class Scenes(Windows):
    """The windows of the stages before, with their ticks' pictures."""

    def rescan(self) -> None:
        for path in shards_in_a_row(self.cache, "npz"):
            if path.stem not in self.films:
                passage = Passage(path.with_suffix(".json"))
                self.films[path.stem] = Scene(passage, passage.spans, Shard(path))

    def draw(self) -> tuple[Window, np.ndarray]:
        """(window, its ticks' frames uint8 [n, 2, 128, 224, 3])."""
        window, scene, keep = self.choose()
        rows = scene.rows(int(window.ticks[0]), len(window.ticks))
        frames = [scene.shard.frames(row) for row in range(rows.start, rows.start + keep)]
        strange: list[np.ndarray] = []
        while len(strange) < len(window.ticks) - keep:
            strange.append(strange[-1] if strange and self.rng.random() < 0.5 else foreign_pair(self.rng))
        return window, np.stack(frames + strange)

    def batch(self) -> tuple[dict[str, np.ndarray], np.ndarray]:
        if not self.drawn:
            self.rescan()
        self.drawn += 1
        windows, frames = zip(*(self.draw() for _ in range(BATCH)))
        return collate(list(windows)), np.concatenate(frames)


def tokens_of(tower, patches: torch.Tensor) -> torch.Tensor:
    """[ticks, 28, d] of patches [ticks, 448, 384], in chunks of one size."""
    count = len(patches)
    padded = torch.cat([patches, patches[:1].expand(-count % CHUNK, -1, -1)])
    return torch.cat([tower(chunk)[1] for chunk in padded.split(CHUNK)])[:count]


def train_whole(cache: Path, tokenizer: Tokenizer, tower: Tower, language: Language, out: Path, hours: float, compiled: bool = True) -> None:
    """Trains in place until the hours are spent; resumes from out/whole.pt. The projector is folded into the tower before."""
    for p in language.parameters():
        p.requires_grad_(True)
    stage = Stage(out, "whole", hours, RATE, {"tower": tower, "language": language}, [*tower.parameters(), *language.parameters()])
    forward = torch.compile(tower) if compiled else tower
    scenes = Scenes(cache, tokenizer, stage.steps + 29)
    batches = ahead(scenes.batch)
    while not stage.over:
        scenes.settle(stage.share)
        batch, frames = next(batches)
        ids = beside(language, batch["ids"])
        with mixed(language):
            seen = tokens_of(forward, jitter(patchify(beside(tower, frames))))
            hidden = language(embed(language, ids, seen), beside(language, batch["positions"]))
        loss, parts = words_loss(language, hidden, ids, batch)
        stage.step(loss, parts)
    batches.close()

"""Checkpoints → the shipped folder, and how often it speaks of what it does not know."""
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from .align import Projector
from .calibrate import Caution
from .foreign import foreign_pair
from .hub import manifest, round_to_half, write_hub
from .language import Language
from .schedule import load
from .shape import TOKENS
from .stream import Commentary, Graphs
from .tower import Tower, patchify


def assemble(out: Path, vision: str = "vision", stage: str = "stream") -> tuple[Tower, Language]:
    """The trained parts with the projector folded in, rounded to what the files store."""
    tower = load(out / f"{vision}.pt", "tower", Tower())
    language = load(out / f"{stage}.pt", "language", Language())
    load(out / f"{stage}.pt", "projector", Projector()).fold(tower)
    for module in (tower, language):
        round_to_half(module)
    return tower, language


def export(out: Path, hub: Path, version: str, measured: dict, cautions: dict[str, Caution], **stages: str) -> None:
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    write_hub(hub, *assemble(out, **stages), tokenizer, manifest(tokenizer, version, measured, cautions))


def foreign_share(hub: Path, plan: dict, caution: Caution, ticks: int = 300, seed: int = 7) -> float:
    """Share of ticks of made-up foreign footage at which the model speaks: scenes of 12 ticks each."""
    graphs, tokenizer = Graphs(hub), Tokenizer.from_file(str(hub / "tokenizer.json"))
    rng, spoken = np.random.default_rng([seed, 99]), 0
    session = Commentary(graphs, tokenizer, plan, "en", caution.silence, caution.openings)
    for tick in range(ticks):
        if tick % 12 == 0:
            scene = foreign_pair(rng)
        moved = np.roll(scene, int(rng.integers(-2, 3)), 2)
        tokens = graphs.features(patchify(torch.from_numpy(np.ascontiguousarray(moved)[None]))[0].numpy())
        assert tokens.shape[0] == TOKENS
        spoken += session.look(tokens) is not None
    return spoken / ticks

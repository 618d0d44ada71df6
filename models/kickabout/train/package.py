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
from .stream import Commentary
from .tower import Tower, patchify
from .trial import opened


def aligned(out: Path) -> tuple[Tower, Language]:
    """The tower with the projector folded in, and the language model, as the stages on cached tokens left them."""
    tower, projector = load(out / "vision.pt", "tower", Tower()), load(out / "stream.pt", "projector", Projector())
    projector.fold(tower)
    return tower, load(out / "stream.pt", "language", Language())


def export(out: Path, hub: Path, version: str, measured: dict, cautions: dict[str, Caution]) -> None:
    """The trained parts, rounded to what the files store."""
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    parts = load(out / "whole.pt", "tower", Tower()), load(out / "whole.pt", "language", Language())
    for module in parts:
        round_to_half(module)
    write_hub(hub, *parts, tokenizer, manifest(tokenizer, version, measured, cautions))


def foreign_share(hub: Path, caution: Caution, ticks: int = 300, seed: int = 7) -> float:
    """Share of ticks of made-up foreign footage at which the model speaks: scenes of 12 ticks each."""
    rng, spoken = np.random.default_rng([seed, 99]), 0
    session = Commentary(*opened(hub), "en", caution.silence, caution.openings)
    for tick in range(ticks):
        if tick % 12 == 0:
            scene = foreign_pair(rng)
        moved = np.roll(scene, int(rng.integers(-2, 3)), 2)
        tokens = session.graphs.features(patchify(torch.from_numpy(np.ascontiguousarray(moved)[None]))[0].numpy())
        assert tokens.shape[0] == TOKENS
        spoken += session.look(tokens) is not None
    return spoken / ticks

"""Checkpoints → the shipped folder, and its free-running marks on validation matches."""
from pathlib import Path

import numpy as np
import torch
from corpus.grammar import speech_seconds
from corpus.lines import schedule
from tokenizers import Tokenizer

from .align import Projector
from .evaluate import Score, judge
from .foreign import foreign_pair
from .hub import manifest, round_to_half, write_hub
from .language import Language
from .passages import LANGUAGES, Passage
from .shape import FPS, SECONDS_PER_TICK, TOKENS
from .stream import Commentary, Graphs
from .ticks import Shard
from .tower import Tower, patchify


def load(path: Path, key: str, module: torch.nn.Module) -> torch.nn.Module:
    """A module of a stage's checkpoint, with its averaged weights."""
    state = torch.load(path, weights_only=True)
    module.load_state_dict(state.get("averages", state)[key])
    return module


def assemble(out: Path, vision: str = "vision", stage: str = "stream") -> tuple[Tower, Language]:
    """The trained parts with the projector folded in, rounded to what the files store."""
    tower = load(out / f"{vision}.pt", "tower", Tower())
    language = load(out / f"{stage}.pt", "language", Language())
    load(out / f"{stage}.pt", "projector", Projector()).fold(tower)
    for module in (tower, language):
        round_to_half(module)
    return tower, language


def export(out: Path, hub: Path, version: str, measured: dict, bias: dict[str, float], **stages: str) -> None:
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    write_hub(hub, *assemble(out, **stages), tokenizer, manifest(tokenizer, version, measured, bias))


def graph_features(graphs: Graphs, shard: Path) -> np.ndarray:
    """Tokens [ticks, 28, d] of a rendered match, by the exported tower, a tick at a time as a runtime does."""
    source = Shard(shard)
    seen = [graphs.features(patchify(torch.from_numpy(source.frames(i)[None]))[0].numpy()) for i in range(len(source.labels))]
    return np.stack(seen)


def run_match(graphs: Graphs, tokenizer: Tokenizer, plan: dict, passage: Passage, features: np.ndarray, lang: str, bias: float) -> list:
    """Free-running lines of one match: (time at which the tick was complete, text, seconds of speech)."""
    session, lines = Commentary(graphs, tokenizer, plan, lang, bias), []
    for time, tokens in zip(passage.times, features):
        text = session.look(tokens)
        if text is not None:
            lines.append((float(time) + SECONDS_PER_TICK - 1 / FPS, text, speech_seconds(text, lang)))
    return lines


def evaluate_matches(hub: Path, cache: Path, seeds: list[str], bias: dict[str, list[float]], plan: dict, features: dict) -> dict:
    """{lang: {bias: table}} over the matches; `features` is a cache of tokens by match, filled here."""
    graphs, tokenizer = Graphs(hub), Tokenizer.from_file(str(hub / "tokenizer.json"))
    found: dict = {}
    for lang in LANGUAGES:
        for value in bias[lang]:
            score = Score()
            for name in seeds:
                if name not in features:
                    features[name] = graph_features(graphs, cache / f"{name}.npz")
                passage = Passage(cache / f"{name}.json")
                reference = [pair[lang] for pair in schedule(passage.truth, passage.seed)]
                judge(score, passage, run_match(graphs, tokenizer, plan, passage, features[name], lang, value), reference, lang)
            found.setdefault(lang, {})[value] = score.table()
    return found


def foreign_share(hub: Path, plan: dict, bias: float, ticks: int = 300, seed: int = 7) -> float:
    """Share of ticks of made-up foreign footage at which the model speaks: scenes of 12 ticks each."""
    graphs, tokenizer = Graphs(hub), Tokenizer.from_file(str(hub / "tokenizer.json"))
    rng, spoken = np.random.default_rng([seed, 99]), 0
    session = Commentary(graphs, tokenizer, plan, "en", bias)
    for tick in range(ticks):
        if tick % 12 == 0:
            scene = foreign_pair(rng)
        moved = np.roll(scene, int(rng.integers(-2, 3)), 2)
        tokens = graphs.features(patchify(torch.from_numpy(np.ascontiguousarray(moved)[None]))[0].numpy())
        assert tokens.shape[0] == TOKENS
        spoken += session.look(tokens) is not None
    return spoken / ticks

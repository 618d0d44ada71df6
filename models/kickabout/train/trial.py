"""Validation matches that a model folder watches by itself, free-running, a process for each at a time."""
import json
import multiprocessing
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.pool import Pool
from pathlib import Path

import numpy as np
import torch
from corpus.grammar import LANGUAGES, speech_seconds
from corpus.lines import schedule
from tokenizers import Tokenizer

from .passages import Passage
from .shape import FPS, SECONDS_PER_TICK
from .stream import Commentary, Graphs
from .ticks import Shard
from .tower import patchify


@dataclass
class Call:
    """A line that might be said."""
    time: float                  # of its tick's last frame, as a runtime has it
    text: str
    seconds: float
    opening: int
    margin: float


@dataclass
class Film:
    """A validation match: its tokens [ticks, 28, d] and the corpus' lines of it in each language."""
    passage: Passage
    tokens: np.ndarray
    reference: dict[str, list[dict]]


@lru_cache(1)
def opened(hub: Path) -> tuple[Graphs, Tokenizer, dict]:
    """The model folder's graphs, tokenizer and manifest, once in each process."""
    return Graphs(hub), Tokenizer.from_file(str(hub / "tokenizer.json")), json.loads((hub / "booth.json").read_text())


def film_of(hub: Path, path: Path) -> Film:
    """A rendered match (`path` of its shard, .npz) seen by the exported tower, a tick at a time as a runtime does."""
    (graphs, *_), passage, shard = opened(hub), Passage(path.with_suffix(".json")), Shard(path)
    tokens = [graphs.features(patchify(torch.from_numpy(shard.frames(i)[None]))[0].numpy()) for i in range(len(shard.labels))]
    pairs = schedule(passage.truth, passage.seed)
    return Film(passage, np.stack(tokens), {lang: [pair[lang] for pair in pairs] for lang in LANGUAGES})


def watch(hub: Path, times: np.ndarray, tokens: np.ndarray, lang: str, silence: float, added: dict[int, float]) -> list[Call]:
    """Everything that the model says of one match."""
    session, calls = Commentary(*opened(hub), lang, silence, added), []
    for time, seen in zip(times, tokens):
        text = session.look(seen)
        if text is not None:
            last = float(time) + SECONDS_PER_TICK - 1 / FPS
            calls.append(Call(last, text, speech_seconds(text, lang), session.ticks[-1].line[0], session.margin))
    return calls


class Trial:
    """The matches, and `processes` that watch them; a context, at whose end these end."""

    def __init__(self, hub: Path, shards: list[Path], processes: int):
        self.hub, self.pool = hub, Pool(processes, torch.set_num_threads, (1,), context=multiprocessing.get_context("spawn"))
        self.films: list[Film] = self.pool.starmap(film_of, [(hub, path) for path in shards], chunksize=1)
        self.tokenizer = opened(hub)[1]

    def free_run(self, lang: str, silence: float, added: dict[int, float]) -> list[list[Call]]:
        """What is said of each match."""
        jobs = [(self.hub, film.passage.times, film.tokens, lang, silence, added) for film in self.films]
        return self.pool.starmap(watch, jobs, chunksize=1)

    def __enter__(self) -> "Trial":
        return self

    def __exit__(self, *problem) -> None:
        self.pool.terminate()
        self.pool.join()

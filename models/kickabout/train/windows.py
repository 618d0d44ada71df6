"""Which windows of ticks the language model learns from: stretches of matches, some around what is rare, some that cut to foreign footage."""
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .passages import LANGUAGES, LONGEST, Passage, Window, build_window

FOREIGN_SHARE, MIXED_SHARE = 0.06, 0.04
FOCUS, SETTLED_FOCUS = 0.45, 0.08   # share of the windows around a rare event: many to learn them, then hardly more than there are, to learn how rare
SETTLES = 0.55               # share of the stage after which it is so


@dataclass
class Reel:
    """One match, or spans of it."""
    passage: Passage
    spans: list[tuple[int, int]]

    def span_of(self, tick: int) -> tuple[int, int] | None:
        return next(((first, end) for first, end in self.spans if first <= tick < end), None)

    def event_ticks(self) -> list[list[int]]:
        """Ticks at which an event has just been seen, by its kind; of what is there."""
        kinds = ([tick for tick in ticks if self.span_of(tick)] for ticks in self.passage.event_ticks().values())
        return [ticks for ticks in kinds if ticks]

    def rows(self, first: int, count: int) -> slice:
        """Where the ticks of the match lie in what is kept of the spans, one after another."""
        before = 0
        for start, end in self.spans:
            if start <= first < end:
                return slice(before + first - start, before + first - start + count)
            before += end - start
        raise IndexError(first)


class Windows:
    """Draws windows: `focus` of them around a rare event, some of foreign footage, some that cut to it."""

    def __init__(self, cache: Path, tokenizer: Tokenizer, seed: int):
        self.cache, self.tokenizer = cache, tokenizer
        self.rng, self.films, self.drawn = np.random.default_rng(seed), {}, 0
        self.focus = FOCUS

    def settle(self, share: float) -> None:
        """How far the stage is: rare events are sought out at first."""
        self.focus = FOCUS if share < SETTLES else SETTLED_FOCUS

    def film(self) -> Reel:
        """Any match; once settled, half of the time one that is there as a whole."""
        whole = [film for film in self.films.values() if len(film.spans) == 1]
        among = whole if whole and self.focus < FOCUS and self.rng.random() < 0.5 else list(self.films.values())
        return among[int(self.rng.integers(len(among)))]

    def start(self, film: Reel, count: int) -> int:
        """The first tick of a window of `count` ticks, which lies within one span."""
        draw = self.rng.random()
        events = film.event_ticks() if draw >= 1 - self.focus else []
        if events:
            tick = int(self.rng.choice(events[int(self.rng.integers(len(events)))]))
            first, end = film.span_of(tick)
            return int(np.clip(tick - self.rng.integers(2, count - 2), first, end - count))
        first, end = film.spans[int(self.rng.integers(len(film.spans)))]
        return first if draw < 0.06 else first + int(self.rng.integers(end - first - count + 1))

    def choose(self) -> tuple[Window, Reel, int]:
        """(window, its film, how many of its ticks are the film's: those after them are foreign, and silent)."""
        lang, draw = LANGUAGES[int(self.rng.integers(2))], self.rng.random()
        count = LONGEST if self.rng.random() < 0.7 else int(self.rng.integers(8, LONGEST))
        film = self.film()
        lines = film.passage.lines(int(self.rng.integers(film.passage.tellings)), lang)
        first = self.start(film, count)
        if draw < FOREIGN_SHARE:
            keep = 0
        elif draw < FOREIGN_SHARE + MIXED_SHARE:
            keep = int(self.rng.integers(1, count))
        else:
            keep = count
        lines = [line for line in lines if line.tick < first + keep]
        return build_window(self.tokenizer, lines, lang, first, count, memory=self.rng.random() < 0.85), film, keep

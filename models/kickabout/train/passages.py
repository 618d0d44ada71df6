"""What a match's commentary looks like to the model: which line is due at which tick, and windows of ticks as token sequences."""
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from corpus.claims import LEXICON
from tokenizers import Tokenizer

from . import prompt
from .plain import SURE, plain_schedule
from .shape import FPS, SECONDS_PER_TICK, TOKENS

LANGUAGES = ("en", "zh")
SILENCE_WEIGHT, KIND_WEIGHT, NAME_WEIGHT = 0.5, 2.0, 3.0   # silence; a line's first token, which says what happened; teams and numbers
LONGEST = 20                 # ticks: ten seconds
EVENTS = ["shot", "save", "goal", "corner", "throw_in", "foul", "card", "kick_off", "penalty", "goal_kick", "free_kick", "replay", "half_time", "full_time"]
RECENT = 1.25                # seconds for which an event counts as just seen


@dataclass
class Line:
    tick: int
    text: str


@lru_cache(4)
def keywords(lang: str) -> re.Pattern:
    """Team names and numbers: the words on which a line's truth hangs."""
    teams = [w for forms in LEXICON["teams"].values() for w in forms[lang].split("|")]
    numbers = [w for forms in LEXICON["languages"][lang]["numbers"] for w in forms.split("|")]
    words = "|".join(sorted(map(re.escape, teams + numbers), key=len, reverse=True))
    return re.compile(rf"\b(?:{words})\b" if lang == "en" else words, re.IGNORECASE)


def encode_line(tokenizer: Tokenizer, text: str, lang: str) -> tuple[list[int], list[float]]:
    """Ids of a line with its end, and each id's weight in the loss."""
    encoded = tokenizer.encode(text, add_special_tokens=False)
    spans = [m.span() for m in keywords(lang).finditer(text)]
    weights = [NAME_WEIGHT if any(a < end and start < b for start, end in spans) else 1.0 for a, b in encoded.offsets]
    weights[0] = max(weights[0], KIND_WEIGHT)
    return [*encoded.ids, prompt.IM_END], [*weights, 1.0]


def due_ticks(lines: list[dict], times: np.ndarray) -> list[Line]:
    """Each line at the free tick whose last frame is nearest to its start; what must be seen to its end to be told, at the first that is not before it."""
    seen_until, out = times + SECONDS_PER_TICK - 1 / FPS, []
    for line in lines:
        early = 0.0 if line["key"].split(".")[0] in SURE else SECONDS_PER_TICK / 2
        tick = int(np.searchsorted(seen_until, line["start"] - early))
        if out and tick <= out[-1].tick:
            tick = out[-1].tick + 1
        if tick < len(times):
            out.append(Line(tick, line["text"]))
    return out


class Passage:
    """One match: tick times, truth, and its lines in both languages in a few tellings."""

    def __init__(self, path: Path, tellings: int = 3):
        data = json.loads(path.read_text())
        self.seed, self.truth, self.times = data["seed"], data["truth"], np.sort(data["times"])     # scattered ticks come in no order
        self.tellings = tellings
        self.spans = [tuple(span) for span in data.get("spans") or [(0, len(self.times))]]
        self._lines: dict[int, dict[str, list[Line]]] = {}

    def lines(self, telling: int, lang: str) -> list[Line]:
        if telling not in self._lines:
            said = plain_schedule(self.truth, self.seed * 10 + telling)
            self._lines[telling] = {one: due_ticks([pair[one] for pair in said], self.times) for one in LANGUAGES}
        return self._lines[telling][lang]

    def event_ticks(self) -> dict[str, list[int]]:
        """Ticks at which each kind of event has just been seen."""
        out: dict[str, list[int]] = {}
        for event in self.truth["events"]:
            tick = int(np.searchsorted(self.times + SECONDS_PER_TICK - 1 / FPS, event["time"]))
            if event["type"] in EVENTS and tick < len(self.times):
                out.setdefault(event["type"], []).append(tick)
        return out

    def recent_events(self) -> tuple[np.ndarray, np.ndarray]:
        """[ticks] the event seen within RECENT seconds (index + 1, 0 none) and its team (0 home, 1 away, -1)."""
        kinds, teams = np.zeros(len(self.times), np.int64), np.full(len(self.times), -1)
        names = [team["name"] for team in self.truth["teams"]]
        last = self.times + SECONDS_PER_TICK - 1 / FPS
        for event in self.truth["events"]:
            if event["type"] in EVENTS:
                rows = (last >= event["time"]) & (last < event["time"] + RECENT)
                kinds[rows] = EVENTS.index(event["type"]) + 1
                teams[rows] = names.index(event["team"]) if event["team"] in names else -1
        return kinds, teams


@dataclass
class Window:
    """One training sequence. `targets[i]` is what should follow position i, weighted by `weights[i]` (0: not asked)."""
    ids: np.ndarray
    positions: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    ticks: np.ndarray            # indices of the ticks, in order
    ends: np.ndarray             # where each tick's <|vision_end|> lies


def build_window(tokenizer: Tokenizer, lines: list[Line], lang: str, first: int, count: int, memory: bool = True) -> Window:
    """Ticks [first, first + count) with the lines due in them; the memory holds the lines before."""
    context, targets, weights = prompt.Context(), [], []

    def pad() -> None:
        targets.extend([0] * (len(context.ids) - len(targets)))
        weights.extend([0.0] * (len(context.ids) - len(weights)))

    said = [line.text for line in lines if line.tick < first][-prompt.MEMORY_LINES:] if memory else []
    context.text(tokenizer.encode(prompt.prefix_text(lang, said), add_special_tokens=False).ids)
    by_tick, ends = {line.tick: line.text for line in lines}, []
    for tick in range(first, first + count):
        context.tick()
        pad()
        ends.append(len(context.ids) - 1)
        if tick not in by_tick:
            targets[-1], weights[-1] = prompt.SILENCE, SILENCE_WEIGHT
            continue
        ids, worth = encode_line(tokenizer, by_tick[tick], lang)
        start = len(context.ids) - 1
        context.text(ids)
        pad()
        targets[start:start + len(ids)], weights[start:start + len(ids)] = ids, worth
    ids, positions = context.arrays()
    return Window(ids, positions, np.array(targets), np.array(weights, np.float32), np.arange(first, first + count), np.array(ends))


def collate(windows: list[Window]) -> dict[str, np.ndarray]:
    """Right-padded: ids [B, S] (features go where they are VIDEO_PAD), positions [3, B, S], targets and weights [B, S]."""
    longest = max(len(w.ids) for w in windows)
    ids = np.full((len(windows), longest), prompt.ENDOFTEXT, np.int64)
    positions, targets = np.zeros((3, len(windows), longest), np.int64), np.zeros_like(ids)
    weights = np.zeros(ids.shape, np.float32)
    for i, w in enumerate(windows):
        n = len(w.ids)
        ids[i, :n], positions[:, i, :n], targets[i, :n], weights[i, :n] = w.ids, w.positions, w.targets, w.weights
    assert (ids == prompt.VIDEO_PAD).sum() == sum(len(w.ticks) for w in windows) * TOKENS
    return {"ids": ids, "positions": positions, "targets": targets, "weights": weights}

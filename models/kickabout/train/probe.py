"""How well a language model decides, with every line before the decision as it should have been: quick, steady marks of an early training.

Windows of validation matches run through the exported graphs. At each tick: does it speak when the reference does? Where the reference
speaks, the model is made to, and what its line claims is held against what the reference's line claims.
"""
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from corpus.claims import claims
from tokenizers import Tokenizer

from . import prompt
from .align import Projector
from .device import beside
from .evaluate import COUNTED
from .export import export_graphs
from .language import Language
from .passages import LANGUAGES, Passage, Window, build_window
from .shape import TOKENS
from .stream import Graphs, Prompted
from .tower import Tower

TICKS, STRIDE = 12, 18       # of a window, and from one window to the next
LONGEST_LINE = 24


def graphs_of(language: Language, folder: Path) -> Graphs:
    """The language model in the shipped form, beside a tower that nobody asks."""
    export_graphs(*({k: v.detach().float().cpu().numpy() for k, v in module.state_dict().items()} for module in (Tower(), language)), folder)
    return Graphs(folder)


def read(graphs: Graphs, window: Window, seen: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Logits [S, vocab] of a whole window, whose ticks' tokens are `seen` [ticks, 28, d], and the cache."""
    embeds = graphs.embed.run(None, {"input_ids": window.ids[None]})[0]
    embeds[0, window.ids == prompt.VIDEO_PAD] = seen.reshape(len(seen) * TOKENS, -1)
    logits, *present = graphs.decoder.run(None, {
        "inputs_embeds": embeds, "attention_mask": np.ones((1, len(window.ids)), np.int64), "position_ids": window.positions[:, None],
        **Prompted(graphs).past})
    return logits[0], dict(zip(graphs.pasts, present))


def line_at(graphs: Graphs, tokenizer: Tokenizer, window: Window, end: int, logits: np.ndarray, past: dict[str, np.ndarray]) -> str:
    """What the model says at the tick that ends at `end`, if it must speak."""
    session, ids = Prompted(graphs), []
    places = [tuple(place) for place in window.positions.T[:end + 1]]
    session.context = prompt.Context(window.ids[:end + 1].tolist(), places, places[-1][0] + 1)
    session.past = {name: np.ascontiguousarray(cache[:, :, :end + 1]) for name, cache in past.items()}
    while len(ids) < LONGEST_LINE:
        logits = np.where(np.arange(len(logits)) == prompt.SILENCE, -np.inf, logits)
        ids.append(int(logits.argmax()))
        if ids[-1] == prompt.IM_END:
            break
        logits = session.append(lambda c: c.text(ids[-1:]))
    return tokenizer.decode([i for i in ids if i != prompt.IM_END])


def probe(graphs: Graphs, tokenizer: Tokenizer, films: list[tuple[Passage, np.ndarray]]) -> dict[str, float]:
    """films: matches with their ticks' projected tokens. Windows take turns in the languages.

    silence_nll: nats a tick of "speak or not". speak_f1 at even odds, and at the best odds. event: the share of the reference's lines on a
    counted event whose place the model fills with a line on the same event. team: the share of its lines on a team that name the right one.
    """
    sums: Counter = Counter()
    margins, speaks = [], []
    for number, (passage, tokens) in enumerate(films):
        for turn, first in enumerate(range(STRIDE * number // len(films), len(tokens) - TICKS, STRIDE)):
            lang = LANGUAGES[(number + turn) % len(LANGUAGES)]
            lines = passage.lines(0, lang)
            window, due = build_window(tokenizer, lines, lang, first, TICKS), {line.tick: line.text for line in lines}
            logits, past = read(graphs, window, tokens[first:first + TICKS])
            for tick, end in zip(window.ticks, window.ends):
                row = logits[end].astype(np.float64)
                margins.append(np.logaddexp.reduce(np.delete(row, prompt.SILENCE)) - row[prompt.SILENCE])
                speaks.append(tick in due)
                wanted = claims(due[tick], lang) if tick in due else []
                if wanted:
                    said = claims(line_at(graphs, tokenizer, window, end, logits[end], past), lang)
                    count(sums, wanted[0], said[0] if said else {"type": None})
    odds, speaks = np.array(margins), np.array(speaks)
    nats = np.logaddexp(0, np.where(speaks, -odds, odds))
    best = max(speak_f1(odds > least, speaks) for least in np.quantile(odds, np.linspace(0, 0.98, 50)))
    right = {name: round(sums[f"{name}_right"] / max(1, sums[name]), 4) for name in ("event", "team")}
    return {"ticks": len(odds), "silence_nll": round(float(nats.mean()), 4), "speak_f1": speak_f1(odds > 0, speaks), "speak_f1_best": best,
            **right, "events": sums["event"], "teams": sums["team"]}


def count(sums: Counter, wanted: dict, said: dict) -> None:
    if wanted["type"] in COUNTED:
        sums["event"] += 1
        sums["event_right"] += said["type"] == wanted["type"]
    if wanted.get("team"):
        sums["team"] += 1
        sums["team_right"] += said.get("team") == wanted["team"]


def speak_f1(guess: np.ndarray, speaks: np.ndarray) -> float:
    return round(2 * float((guess & speaks).sum()) / max(1.0, float(guess.sum() + speaks.sum())), 4)


def films_of(folder: Path, seen: Path, projector: Projector, most: int) -> list[tuple[Passage, np.ndarray]]:
    """Validation matches with their cached tokens, projected as the exported tower would."""
    films = []
    for path in sorted(seen.glob("stream-*[0-9].npy"))[:most]:
        with torch.no_grad():
            films.append((Passage(folder / f"{path.stem}.json"), projector(beside(projector, np.load(path)).float()).cpu().numpy()))
    return films

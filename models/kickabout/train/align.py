"""Stages 3 and 4: the language model learns to watch. First only the projector and the newcomers' heads move, then the language model too.

The tower is frozen and its tokens are cached. The projector is a linear map after the merger; being linear it is folded into the
merger's last layer at export, so the shipped shape does not change.
"""
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import nn

from . import prompt
from .device import beside, mixed
from .language import Language
from .passages import EVENTS, SILENCE_WEIGHT, Passage, Window, collate
from .schedule import Stage
from .shape import TEXT
from .ticks import CARDS, NAMES, PHASES, REFEREE, SHOTS, UNKNOWN, ZONES, shards_in_a_row
from .tower import Tower
from .vision import ahead
from .windows import Reel, Windows

BATCH = 6
ASKED = {"carrier": REFEREE, "home": len(NAMES), "away": len(NAMES), "home_score": 10, "away_score": 10, "phase": len(PHASES), "shot": len(SHOTS),
         "zone": len(ZONES), "card": len(CARDS), "event": len(EVENTS) + 1, "event_team": len(NAMES)}
ASKED_WEIGHT = 0.08          # of each question, against the words' 1


class Projector(nn.Module):
    """Token → token, the identity at first."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(TEXT.dim, TEXT.dim)
        nn.init.eye_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.linear(tokens)

    @torch.no_grad()
    def fold(self, tower: Tower) -> None:
        """Makes the tower's merger do this map as well."""
        last = tower.merger.mlp[2]
        last.bias.copy_(self.linear.weight @ last.bias + self.linear.bias)
        last.weight.copy_(self.linear.weight @ last.weight)


class Questions(nn.Module):
    """Linear heads on the decision's hidden state, dropped at export: what is seen right now, and what has just happened."""

    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleDict({name: nn.Linear(TEXT.dim, size) for name, size in ASKED.items()})

    def loss(self, hidden: torch.Tensor, answers: dict[str, np.ndarray]) -> tuple[torch.Tensor, dict[str, float]]:
        """hidden [ticks, d]; answers by name [ticks], UNKNOWN where there is none. Also the share of right answers."""
        total, right = hidden.new_zeros(()), {}
        for name, head in self.heads.items():
            aim = beside(self, answers[name])
            known = aim != UNKNOWN
            if known.any():
                guess = head(hidden[known]).float()
                total = total + F.cross_entropy(guess, aim[known])
                right[f"q_{name}"] = float((guess.argmax(-1) == aim[known]).float().mean())
        return total, right


@dataclass
class Film(Reel):
    """As cached tokens, with what is true at each tick."""
    tokens: np.ndarray
    answers: dict[str, np.ndarray]


def load_film(cache: Path, folder: Path, name: str) -> Film:
    passage = Passage(cache / f"{name}.json")
    with np.load(folder / f"{name}.labels.npz") as data:
        labels = data["labels"]
    get = lambda key: labels[key].astype(np.int64)  # noqa: E731
    spans = passage.spans
    kinds, sides = (np.concatenate([row[first:end] for first, end in spans]) for row in passage.recent_events())
    teams = get("teams")
    answers = {key: get(key) for key in ("carrier", "phase", "shot", "zone", "card")}
    answers |= {"home": teams[:, 0], "away": teams[:, 1], "home_score": get("score")[:, 0], "away_score": get("score")[:, 1], "event": kinds}
    answers["event_team"] = np.where((kinds > 0) & (sides >= 0), np.where(sides == 1, teams[:, 1], teams[:, 0]), UNKNOWN)
    return Film(passage, spans, np.load(folder / f"{name}.npy", mmap_mode="r"), answers)


def silent_answers(count: int) -> dict[str, np.ndarray]:
    answers = {name: np.full(count, UNKNOWN) for name in ASKED}
    return answers | {"shot": np.full(count, SHOTS.index("foreign")), "event": np.zeros(count, np.int64)}


class Films(Windows):
    """The windows, with their ticks' tokens and answers; `foreign`: tokens of foreign ticks."""

    def __init__(self, cache: Path, folder: Path, foreign: np.ndarray, tokenizer: Tokenizer, seed: int):
        super().__init__(cache, tokenizer, seed)
        self.folder, self.foreign = folder, foreign

    def rescan(self) -> None:
        for path in shards_in_a_row(self.folder, "npy"):
            if path.stem not in self.films and (self.cache / f"{path.stem}.json").exists():
                self.films[path.stem] = load_film(self.cache, self.folder, path.stem)

    def draw(self) -> tuple[Window, np.ndarray, dict[str, np.ndarray]]:
        """(window, its ticks' tokens [n, 28, d], answers by name [n])."""
        window, film, keep = self.choose()
        count = len(window.ticks)
        rows = film.rows(int(window.ticks[0]), count)
        tokens = film.tokens[rows]
        answers = {name: answer[rows] for name, answer in film.answers.items()}
        if keep < count:
            strange = self.strange(count - keep)
            tokens = np.concatenate([tokens[:keep], strange])
            silent = silent_answers(count - keep)
            answers = {name: np.concatenate([rows[:keep], silent[name]]) for name, rows in answers.items()}
        return window, tokens, answers

    def strange(self, count: int) -> np.ndarray:
        """Foreign ticks: one held for a while, then another, as footage does."""
        rows, out = self.rng.integers(len(self.foreign), size=count), []
        for row in rows:
            out.append(out[-1] if out and self.rng.random() < 0.5 else row)
        return self.foreign[out]

    def batch(self):
        if self.drawn % 50 == 0:
            self.rescan()
        self.drawn += 1
        windows, tokens, answers = zip(*(self.draw() for _ in range(BATCH)))
        merged = {name: np.concatenate([a[name] for a in answers]) for name in ASKED}
        return collate(list(windows)), np.concatenate(tokens).astype(np.float32), merged


def embed(language: Language, ids: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """Text embeddings of ids [B, S] with the ticks' tokens [ticks, 28, d] in the pads' places, [B, S, d]."""
    embeds = language.embed_tokens(ids)
    return embeds.masked_scatter((ids == prompt.VIDEO_PAD)[..., None], seen.to(embeds.dtype).flatten(0, 1))


def words_loss(language: Language, hidden: torch.Tensor, ids: torch.Tensor, batch: dict[str, np.ndarray]) -> tuple[torch.Tensor, dict[str, float]]:
    """The weighted loss of what is said and of silence, and what to log of it; hidden [B, S, d]."""
    weights = beside(language, batch["weights"])
    asked = weights > 0
    with mixed(language):
        logits = language.logits(hidden[asked]).float()
    aim, worth = beside(language, batch["targets"])[asked], weights[asked]
    each = F.cross_entropy(logits, aim, reduction="none")
    words = (each * worth).sum() / worth.sum()
    best, silent, decides = logits.argmax(-1), aim == prompt.SILENCE, (ids == prompt.VISION_END)[asked]
    speaks = decides & ~silent
    guess_speaks = decides & (best != prompt.SILENCE)
    assert SILENCE_WEIGHT < 1
    return words, {"words": float(words.detach()), "q_name": float((best == aim)[worth > 1].float().mean()),
                   "silence_nll": float(each[silent].mean().detach()), "line_nll": float(each[~silent].mean().detach()),
                   "speak_recall": float((speaks & guess_speaks).sum() / speaks.sum().clamp(min=1)),
                   "speak_precision": float((speaks & guess_speaks).sum() / guess_speaks.sum().clamp(min=1))}


def step_loss(language: Language, projector: Projector, questions: Questions, made) -> tuple[torch.Tensor, dict[str, float]]:
    """The loss of one batch of cached tokens, and what to log of it."""
    batch, tokens, answers = made
    ids = beside(language, batch["ids"])
    with mixed(language):
        hidden = language(embed(language, ids, projector(beside(language, tokens))), beside(language, batch["positions"]))
        extra, right = questions.loss(hidden[ids == prompt.VISION_END], answers)
    words, parts = words_loss(language, hidden, ids, batch)
    parts["questions"] = float(extra.detach())
    return words + ASKED_WEIGHT * extra, parts | {name: value for name, value in right.items() if value == value}


def train_alignment(cache: Path, folder: Path, foreign: np.ndarray, tokenizer: Tokenizer, language: Language, projector: Projector,
                    questions: Questions, out: Path, hours: float, name: str, only_projector: bool, rate: float) -> None:
    """Trains in place until the hours are spent; resumes from out/{name}.pt."""
    for p in language.parameters():
        p.requires_grad_(not only_projector)
    trained = [*projector.parameters(), *questions.parameters(), *([] if only_projector else language.parameters())]
    stage = Stage(out, name, hours, rate, {"language": language, "projector": projector, "questions": questions}, trained)
    films = Films(cache, folder, foreign, tokenizer, stage.steps + 17)
    batches = ahead(films.batch)
    while not stage.over:
        films.settle(stage.share)
        loss, parts = step_loss(language, projector, questions, next(batches))
        stage.step(loss, parts)
    batches.close()

"""How sure the model must be before it calls each kind of event: an added logit for each opening word, chosen on validation matches.

A line's first token is its decision, and `margin` is by how much it beat silence. One free run with silence made unlikely tells every
line that might be said; each kind's margin is then the one that serves the marks best.
"""
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from .evaluate import COUNTED, Score, judge
from .plain import PHRASES
from .trial import Call, Film, Trial

INVENTED_COSTS = 0.12        # events F1 that one invented event a minute is worth
GOALS_WEIGH = 0.15           # what the mean of goal recall and precision is worth
TALK_WEIGHS = 0.5            # what the F1 of talk and silence is worth
CHATTER = ("possession", "calm", "score", "pass.long")     # what is said when nothing happens: no event, so easier said
EASIER = (0.4, 0.8, 1.2, 1.6)
SILENCES = (0.3, 0.6, 0.9, 1.2)
QUANTILES = (0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
TUNED = (*COUNTED, "opening", "half_time", "full_time", "penalty", "possession")
TEAM = {"en": "Red", "zh": "红队"}


@dataclass
class Caution:
    """What is added to the logits of silence and of the openings, and the marks that it brings."""
    silence: float
    openings: dict[int, float]
    marks: dict


def openings_of(tokenizer: Tokenizer, lang: str) -> dict[int, str]:
    """First tokens of the model's lines, and the kind that each opens (the first of several)."""
    found: dict[int, str] = {}
    for key, endings in PHRASES[lang].items():
        ids = tokenizer.encode(endings[0].replace("{T}", TEAM[lang]), add_special_tokens=False).ids
        found.setdefault(ids[0], key)
    return found


def marks_of(run: list[list[Call]], films: list[Film], lang: str, least: dict[int, float]) -> dict:
    """The marks of those calls that are at least so sure."""
    score = Score()
    for calls, film in zip(run, films):
        said = [(c.time, c.text, c.seconds) for c in calls if c.margin >= least.get(c.opening, 0.0)]
        judge(score, film.passage, said, film.reference[lang], lang)
    return score.table()


def worth(table: dict) -> float:
    goals = (table["goalRecall"] + table["goalPrecision"]) / 2
    return table["eventsF1"] - INVENTED_COSTS * table["inventedPerMinute"] + GOALS_WEIGH * goals + TALK_WEIGHS * table["speakF1"]


def least_margins(run: list[list[Call]], films: list[Film], kinds: dict[int, str], lang: str) -> dict[int, float]:
    """The margin from which each opening is worth saying: coordinate ascent, twice around."""
    least = dict.fromkeys(kinds, 0.0)
    best = worth(marks_of(run, films, lang, least))
    for token, kind in [*kinds.items()] * 2:
        seen = [c.margin for calls in run for c in calls if c.opening == token]
        if kind.split(".")[0] not in TUNED or len(seen) < 5:
            continue
        for value in np.quantile(seen, QUANTILES):
            now = worth(marks_of(run, films, lang, {**least, token: float(value)}))
            if now > best + 1e-3:
                least[token], best = float(value), now
    return least


def tune(trial: Trial, lang: str) -> Caution:
    """Silence's bias first, then the openings of events, then those of chatter; what is not better in a free run of its own is not kept."""
    kinds, films, best, run = openings_of(trial.tokenizer, lang), trial.films, None, []
    for silence in SILENCES:
        said = trial.free_run(lang, silence, {})
        table = marks_of(said, films, lang, {})
        if best is None or worth(table) > worth(best.marks):
            best, run = Caution(silence, {}, table), said
    for _ in range(2):
        least = least_margins(run, films, kinds, lang)
        added = {token: round(best.openings.get(token, 0.0) - value, 3) for token, value in least.items()}
        added = {token: by for token, by in added.items() if by}
        run = trial.free_run(lang, best.silence, added)
        table = marks_of(run, films, lang, {})
        if worth(table) <= worth(best.marks):
            break
        best = Caution(best.silence, added, table)
    chatter = [token for token, kind in kinds.items() if kind in CHATTER]
    cautious = best
    for by in EASIER:
        added = {**cautious.openings, **{token: round(cautious.openings.get(token, 0.0) + by, 3) for token in chatter}}
        table = marks_of(trial.free_run(lang, best.silence, added), films, lang, {})
        if worth(table) > worth(best.marks):
            best = Caution(best.silence, added, table)
    return best

"""Free-running evaluation on rendered matches: the exported graphs commentate, and what they claim is held against the truth."""
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from corpus.claims import claims

from .passages import Passage

COUNTED = ("shot", "save", "goal", "corner", "throw_in", "foul", "card", "kick_off")
NEAR = 2.0                   # seconds between an event and a line that calls it, at most


@dataclass
class Score:
    """Sums over matches."""
    hit: Counter = field(default_factory=Counter)
    said: Counter = field(default_factory=Counter)
    happened: Counter = field(default_factory=Counter)
    team: Counter = field(default_factory=Counter)
    score: Counter = field(default_factory=Counter)
    seconds: Counter = field(default_factory=Counter)
    minutes: float = 0.0
    lines: int = 0

    def table(self) -> dict:
        def f1(hit: int, said: int, happened: int) -> float:
            return round(2 * hit / max(1, said + happened), 3)
        total = [sum(c[k] for k in COUNTED) for c in (self.hit, self.said, self.happened)]
        s = self.seconds
        return {
            "eventsF1": f1(*total), "eventsPrecision": round(total[0] / max(1, total[1]), 3), "eventsRecall": round(total[0] / max(1, total[2]), 3),
            "byEvent": {k: {"f1": f1(self.hit[k], self.said[k], self.happened[k]), "happened": self.happened[k], "said": self.said[k], "hit": self.hit[k]}
                        for k in COUNTED},
            "goalRecall": round(self.hit["goal"] / max(1, self.happened["goal"]), 3),
            "goalPrecision": round(self.hit["goal"] / max(1, self.said["goal"]), 3),
            "teamRight": round(self.team["right"] / max(1, self.team["asked"]), 3),
            "scoreRight": round(self.score["right"] / max(1, self.score["asked"]), 3),
            "speakF1": f1(s["both"], s["model"], s["reference"]),
            "inventedPerMinute": round((total[1] - total[0]) / max(1e-6, self.minutes), 2),
            "linesPerMinute": round(self.lines / max(1e-6, self.minutes), 2)}


def possession_at(truth: dict, time: float) -> set[str]:
    return {span["team"] for span in truth["possession"] if span["start"] - 1.0 <= time <= span["end"] + 1.0}


def score_right(truth: dict, time: float, claim: dict) -> bool:
    """Whether the claimed score stood on the board at about that time (a goal's own line comes before the board's change)."""
    names = [team["name"] for team in truth["teams"]]
    for row in truth["score"]:
        later = [r["time"] for r in truth["score"] if r["time"] > row["time"]]
        if row["time"] - 2.5 <= time <= (min(later) if later else 1e9) + 1.0:
            pair = [row["home"], row["away"]]
            if claim.get("team") == names[1]:
                pair = pair[::-1]
            if pair == list(claim["score"]) or ("team" not in claim and sorted(pair) == sorted(claim["score"])):
                return True
    return False


def talk_seconds(spans: list[tuple[float, float]], duration: float) -> np.ndarray:
    """Which seconds are talk: those of which a half or more is."""
    covered = np.zeros(int(np.ceil(duration)))
    for start, end in spans:
        for second in range(int(start), min(len(covered), int(np.ceil(end)))):
            covered[second] += min(end, second + 1) - max(start, second)
    return covered >= 0.5


def judge(score: Score, passage: Passage, lines: list[tuple[float, str, float]], reference: list[dict], lang: str) -> None:
    """Adds one match. lines: (time said, text, seconds it takes); reference: the corpus' lines of the match."""
    truth = passage.truth
    free = [e for e in truth["events"] if e["type"] in COUNTED]
    score.happened.update(e["type"] for e in free)
    for time, text, _ in lines:
        for claim in claims(text, lang):
            kind = claim["type"]
            if kind == "score":
                score.score["asked"] += 1
                score.score["right"] += score_right(truth, time, claim)
            elif kind == "possession":
                score.team["asked"] += 1
                score.team["right"] += claim["team"] in possession_at(truth, time)
            elif kind in COUNTED:
                score.said[kind] += 1
                near = [e for e in free if e["type"] == kind and abs(time - e["time"]) <= NEAR]
                if near:
                    event = min(near, key=lambda e: abs(time - e["time"]))
                    free.remove(event)
                    score.hit[kind] += 1
                    if "team" in claim and event["team"]:
                        score.team["asked"] += 1
                        score.team["right"] += claim["team"] == event["team"]
    talking = np.stack([talk_seconds([(t, t + s) for t, _, s in lines], truth["duration"]),
                        talk_seconds([(r["start"], r["end"]) for r in reference], truth["duration"])])
    score.seconds.update({"both": int(talking.all(0).sum()), "model": int(talking[0].sum()), "reference": int(talking[1].sum())})
    score.minutes += truth["duration"] / 60
    score.lines += len(lines)

"""The state of one match under way: world, score, events, and what the broadcast has been asked to show."""
from dataclasses import dataclass
from typing import Callable

import numpy as np

from .football import DT, RUN, World
from .pitch import LENGTH, WIDTH, side_of, zone_of

IMPORTANCE = {
    "goal": 1.0, "penalty": 0.9, "card": 0.8, "shot": 0.7, "save": 0.7, "kick_off": 0.6, "half_time": 0.9, "full_time": 0.9,
    "corner": 0.5, "foul": 0.5, "free_kick": 0.4, "throw_in": 0.3, "goal_kick": 0.3, "interception": 0.4, "tackle": 0.4,
    "dribble": 0.3, "pass": 0.2, "replay": 0.3, "calm": 0.1,
}

# How many of each way a spell of possession ends there are in one deck; decks are dealt one after the other.
DECK = {"shot": 6, "foul": 4, "throw_in": 5, "corner": 2, "interception": 2, "tackle": 2, "calm": 2}


@dataclass
class Cut:
    """A wish of the director: from start to end (seconds) show kind, of a subject (player index) or of an earlier passage."""
    start: float
    end: float
    kind: str
    subject: int = -1
    source: tuple[float, float] = (0.0, 0.0)
    of: int = -1


class Game:
    """One match; the modules open_play, restarts and incidents play it."""

    def __init__(self, rng: np.random.Generator, names: tuple[str, str], seconds: float, rates: dict[str, int], score: tuple[int, int]):
        self.rng = rng
        self.names = names
        self.seconds = seconds
        self.world = World(rng)
        self.deck_of = {**DECK, **rates}
        self.deck: list[str] = []
        self.score = list(score)
        self.scores: list[dict] = [{"time": 0.0, "home": score[0], "away": score[1]}]
        self.events: list[dict] = []
        self.cuts: list[Cut] = []
        self.half = 1

    @property
    def time(self) -> float:
        return self.world.time

    def wait(self, seconds: float, until: Callable[[], bool] | None = None) -> None:
        """Lets time pass, at most `seconds`, or until the condition holds."""
        for _ in range(max(1, round(seconds / DT))):
            self.world.tick()
            if until is not None and until():
                return

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def pick(self, weights: dict[str, float]) -> str:
        names = list(weights)
        shares = np.array([weights[name] for name in names], float)
        return names[int(self.rng.choice(len(names), p=shares / shares.sum()))]

    def deal(self) -> str:
        """How the next spell of possession shall end."""
        if not self.deck:
            cards = [name for name, count in self.deck_of.items() for _ in range(count)]
            self.deck = [cards[i] for i in self.rng.permutation(len(cards))]
        return self.deck.pop()

    def emit(self, kind: str, team: int | None = None, player: int | None = None, at: tuple[float, float] | None = None, **more) -> dict:
        """Adds an event that becomes visible now; the place is the ball's unless given."""
        x, y = at if at is not None else self.world.ball[:2]
        event = {"id": len(self.events), "time": round(self.time, 2), "type": kind, "team": None if team is None else self.names[team],
                 "zone": zone_of(x, y), "side": side_of(y), "player": None if player is None else player % 11 + 1,
                 "importance": IMPORTANCE[kind], **more}
        self.events.append(event)
        return event

    def cut(self, kind: str, seconds: float, subject: int = -1, after: float = 0.0) -> None:
        self.cuts.append(Cut(self.time + after, self.time + after + seconds, kind, subject))

    def wait_for_main_camera(self) -> None:
        """Lets a close-up that is on air end."""
        ends = self.cuts[-1].end if self.cuts else 0.0
        if ends > self.time:
            self.wait(ends - self.time + DT)

    def replay(self, event: dict, since: float, until: float, slow: float = 0.5) -> None:
        """Shows [since, until] again, slowly, while the live match idles."""
        since = max(0.0, since)
        seconds = (until - since) / slow
        self.emit("replay", None, None, of=event["id"])["time"] = round(self.time + 0.3, 2)
        self.cuts.append(Cut(self.time, self.time + seconds, "replay", -1, (since, until), event["id"]))
        self.wait(seconds + 0.4)

    def goal_scored(self, team: int) -> None:
        self.score[team] += 1
        self.scores.append({"time": round(self.time + 1.0, 2), "home": self.score[0], "away": self.score[1]})

    def mates(self, team: int, keeper: bool = False) -> np.ndarray:
        return np.arange(team * 11 + (0 if keeper else 1), team * 11 + 11)

    def nearest(self, rows: np.ndarray, point: np.ndarray) -> int:
        return int(rows[np.argmin(np.hypot(*(self.world.pos[rows] - point[:2]).T))])

    def distance(self, index: int, point) -> float:
        return float(np.hypot(*(self.world.pos[index] - np.asarray(point)[:2])))

    def clear(self) -> None:
        """Ends all errands and poses; open play's rules hold again."""
        world = self.world
        world.errands.clear()
        world.contact.clear()
        world.focus = None
        world.pose[:] = RUN

    def inside(self, x: float, y: float, margin: float = 1.5) -> tuple[float, float]:
        return float(np.clip(x, margin, LENGTH - margin)), float(np.clip(y, margin, WIDTH - margin))

"""What is on air when: takes, cuts, replays, wipes and the match clock, from a finished game."""
from dataclasses import dataclass

import numpy as np

from .game import Game

WIPE = 0.7                # seconds that a wipe takes; the cut is hidden in its middle


@dataclass(frozen=True)
class Take:
    """One camera take in broadcast seconds. A replay shows source[0] onwards at `rate`."""
    start: float
    end: float
    kind: str
    subject: int = -1
    source: tuple[float, float] = (0.0, 0.0)
    angle: int = 0
    of: int = -1

    def match_time(self, t: float) -> float:
        """The time of the match that is seen at broadcast time t, in seconds."""
        if self.kind != "replay":
            return t
        share = (t - self.start) / max(1e-6, self.end - self.start)
        return self.source[0] + share * (self.source[1] - self.source[0])


class Timeline:
    """The takes of a whole broadcast, in order and without gaps."""

    def __init__(self, game: Game, rng: np.random.Generator):
        self.duration = round(game.time, 2)
        self.takes: list[Take] = []
        cuts = sorted(game.cuts, key=lambda cut: cut.start)
        now = 0.0
        for cut in cuts:
            start, end = max(now, cut.start), min(cut.end, self.duration)
            if end - start < 0.5:
                continue
            if start > now:
                self.takes.append(Take(now, start, "main"))
            angle = int(rng.integers(3))
            self.takes.append(Take(start, end, cut.kind, cut.subject, cut.source, angle, cut.of))
            now = end
        if now < self.duration:
            self.takes.append(Take(now, self.duration, "main"))
        self.starts = np.array([take.start for take in self.takes])
        self.wipes = [edge for take in self.takes if take.kind == "replay" for edge in (take.start, take.end)]

    def take_at(self, t: float) -> Take:
        return self.takes[max(0, int(np.searchsorted(self.starts, t, side="right")) - 1)]

    def wipe_at(self, t: float) -> float | None:
        """How far a wipe has gone, 0..1, or None outside of one."""
        for edge in self.wipes:
            if abs(t - edge) < WIPE / 2:
                return (t - edge) / WIPE + 0.5
        return None


class Clock:
    """The match clock: 90 minutes told over a shorter match, standing still at half-time."""

    def __init__(self, events: list[dict], duration: float):
        kicks = [event["time"] for event in events if event["type"] == "kick_off" and "half" in event]
        halves = {event["half"]: event["time"] for event in reversed(events) if event["type"] == "kick_off"}
        pause = next((event["time"] for event in events if event["type"] == "half_time"), None)
        stop = next((event["time"] for event in events if event["type"] == "full_time"), duration)
        first = kicks[0] if kicks else 0.0
        if pause is None or 2 not in halves:
            self.periods = [(first, stop, 0.0, 5400.0)]
        else:
            self.periods = [(first, pause, 0.0, 2700.0), (halves[2], stop, 2700.0, 5400.0)]

    def seconds(self, t: float) -> int:
        """Seconds of the match clock at broadcast time t."""
        value = 0.0
        for start, end, low, high in self.periods:
            if t >= start:
                value = low + (high - low) * min(1.0, (t - start) / max(end - start, 1e-6))
        return int(value)

    def truth(self) -> dict:
        return {"periods": [{"start": start, "end": end, "from": low, "to": high} for start, end, low, high in self.periods]}

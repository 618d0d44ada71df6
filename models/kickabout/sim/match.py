"""One match: played up front from its seed, then seen at any time and size."""
import numpy as np

from . import open_play, restarts, truth
from .broadcast import Clock, Take, Timeline
from .camera import Camera, close_camera, main_camera, main_track, replay_camera
from .football import DT
from .game import Game
from .kits import choose_teams, dress
from .labels import label
from .look import Look, choose_look
from .render import Renderer


class Match:
    """Plays seed's match of about `minutes`. Overrides: teams (two names), score (two numbers to start from), rates (cards of
    the deck, see game.DECK), weather ('day', 'evening', 'rain').

    `truth` is documented in ../TRUTH.md; `render` and `state` are pure functions of (seed, t, size, shuffle_kits).
    """

    def __init__(self, seed: int, minutes: float, **overrides):
        unknown = set(overrides) - {"teams", "score", "rates", "weather"}
        if unknown:
            raise TypeError(f"unknown overrides {sorted(unknown)}; known: teams, score, rates, weather")
        seeds = np.random.SeedSequence(seed).spawn(4)
        kit_rng, play_rng, view_rng, look_rng = (np.random.default_rng(child) for child in seeds)
        self.seed = seed
        drawn = choose_teams(kit_rng)
        self.names: tuple[str, str] = tuple(overrides.get("teams", drawn))
        self.looks, self._keepers = dress(self.names, kit_rng)
        game = Game(play_rng, self.names, minutes * 60, overrides.get("rates", {}), tuple(overrides.get("score", (0, 0))))
        play(game)
        self.game = game
        track = game.world.track
        self.pos, self.face = np.array(track.pos, np.float32), np.array(track.face, np.float32)
        self.stride, self.speed = np.array(track.stride, np.float32), np.array(track.speed, np.float32)
        self.pose, self.pose_at = np.array(track.pose), np.array(track.pose_at, np.float32)
        self.ball, self.carrier = np.array(track.ball), np.array(track.carrier)
        self.phases = track.phase
        self.timeline = Timeline(game, view_rng)
        self.duration = self.timeline.duration
        self.clock = Clock(game.events, self.duration)
        self.view = main_track(self.ball, np.array(track.focus), view_rng)
        width = int(0.9 / DT)
        padded = np.pad(self.ball, ((width // 2, width - width // 2 - 1), (0, 0)), mode="edge")
        sums = np.cumsum(np.vstack([np.zeros(3), padded]), 0)
        self.smooth_ball = (sums[width:] - sums[:-width]) / width
        self.look: Look = choose_look(look_rng, overrides.get("weather"))
        self._renderer = Renderer(self)
        self._shuffles: dict[int | None, np.ndarray] = {None: np.arange(23)}
        self.truth = self._truth()

    def step(self, match_time: float) -> tuple[int, float]:
        """The recorded step before a time of the match, and the share of the way to the next."""
        place = min(max(match_time / DT - 1, 0.0), len(self.pos) - 1.001)
        return int(place), place - int(place)

    def camera(self, take: Take, match_time: float) -> Camera:
        index, share = self.step(match_time)
        if take.kind == "close":
            return close_camera(self.pos[index, take.subject] * (1 - share) + self.pos[index + 1, take.subject] * share)
        if take.kind == "replay":
            return replay_camera(self.smooth_ball[index] * (1 - share) + self.smooth_ball[index + 1] * share, take.angle)
        return main_camera(self.view[index] * (1 - share) + self.view[index + 1] * share)

    def score_at(self, t: float) -> tuple[tuple[int, int], float]:
        """The score on the board at broadcast time t, and seconds since it changed."""
        row = [row for row in self.game.scores if row["time"] <= t][-1]
        return (row["home"], row["away"]), t - row["time"] if row["time"] > 0 else 1e9

    def direction_at(self, match_time: float) -> tuple[int, int]:
        """Which way home and away attack: +1 to the right of the main camera, -1 to the left."""
        turned = any(event["type"] == "half_time" and match_time >= event["time"] + 4.0 for event in self.game.events)
        return (-1, 1) if turned else (1, -1)

    def wearing(self, shuffle_kits: int | None) -> np.ndarray:
        """[23]: whose look each person wears; keepers and referee always their own."""
        if shuffle_kits not in self._shuffles:
            order = np.arange(23)
            outfield = np.array([i for i in range(22) if i % 11])
            order[outfield] = outfield[np.random.default_rng((self.seed, shuffle_kits)).permutation(20)]
            self._shuffles[shuffle_kits] = order
        return self._shuffles[shuffle_kits]

    def render(self, t: float, size: tuple[int, int] = (224, 128), shuffle_kits: int | None = None) -> np.ndarray:
        """The broadcast frame at time t (seconds): [h, w, 3] uint8 RGB."""
        return self._renderer.frame(t, size, self.wearing(shuffle_kits))

    def state(self, t: float, shuffle_kits: int | None = None) -> dict:
        """Dense labels of the frame at time t; see labels.label."""
        return label(self, t, self.wearing(shuffle_kits))

    def _truth(self) -> dict:
        rows = range(0, len(self.ball), round(1 / truth.SAMPLE_HZ / DT))
        return {
            "version": 1, "seed": self.seed, "duration": self.duration, "pitch": truth.pitch_of(),
            "teams": truth.teams_of(self.names, self._keepers), "clock": self.clock.truth(), "events": self.game.events,
            "score": self.game.scores, "possession": truth.possession_of(self.carrier, self.ball, self.names),
            "shots": [{"start": round(take.start, 2), "end": round(take.end, 2), "kind": take.kind} for take in self.timeline.takes],
            "ball": [{"t": round((i + 1) * DT, 2), "x": round(float(self.ball[i, 0]), 2), "y": round(float(self.ball[i, 1]), 2),
                      "z": round(float(self.ball[i, 2]), 2)} for i in rows],
            "camera": [{"t": round((i + 1) * DT, 2), "x": round(float(self.view[i, 0]), 2), "y": round(float(self.view[i, 1]), 2),
                        "span": round(float(self.view[i, 2]), 2)} for i in rows],
            "lines": [],
        }


def play(game: Game) -> None:
    """Both halves. Half-time comes when nobody is near a goal; matches under two minutes have one half only."""
    finish = game.seconds - 5.0
    pause = game.seconds / 2 if game.seconds >= 120 else None
    restarts.kick_off(game, int(game.rng.integers(2)), at_once=True)
    first = game.events[-1]["team"]
    while game.time < finish - 3:
        open_play.spell(game)
        if pause is not None and game.time >= pause:
            pause = None
            restarts.half_time(game, 1 - game.names.index(first))
    restarts.full_time(game)

"""Reference commentary: what a good play-by-play voice says about a truth file, and when.

The timetable is decided once for both languages, causally: at any moment it knows only what the picture has shown so far
(plus the score board), so that a model can learn it. A line takes the air of its kind whatever its words, so the timetable
does not hang on the choice of words. English and Chinese lines then pair one to one.
"""

import numpy as np

from .grammar import CLAIMS, LANGUAGES, say, slots, speech_seconds
from .moments import IMPORTANCE, Moment, moments, team_index

LATEST = 1.4  # s; a line that cannot start this soon after its event is not said
BREATH = 0.12  # s between a line and the next one that had to wait for it
QUIET = 1.2  # s of silence before a routine pass or dribble is worth a line
IDLE = 1.5  # s of silence before the booth says who has the ball
CALM_IDLE = 3.0  # s, the same in a calm spell
SETTLED = 0.6  # s that a player has had the ball before the booth says so
LONG = 3.0  # s of silence after which almost anything may be said
DEAD_BALL = 1.5  # s without anybody on the ball after which the score may be given again
SCORE_AGAIN = 14.0  # s, the least time between two such scores
LOOK_EVERY = 0.2  # s between two looks of a quiet booth
THROWS = 10  # phrases tried for a line, against repetition and to fill its air
MISFIT = 0.6  # what a phrase that is off by all of its air counts for, against one that repeats another wholly
REMEMBERED = 9  # last lines that a new one is compared with
KEEPER = 1  # shirt number
SCORE_EVERY = 30.0  # s without the score before a quiet moment is used to give it
CUTTING = 0.7  # importance from which a line may cut the running one
UNTOUCHABLE = 0.9  # a line of this importance is cut by nothing smaller
GIST = 1.0  # s after which a line has told the main thing
LEAST_HEARD = 0.4  # s of a line that are heard before it may be cut

ROUTINE = 0.4  # below this a line needs QUIET first

# Seconds of air that a line of each kind takes, in every language.
AIR = {
    "opening": 2.7, "kick_off": 2.3, "pass": 2.2, "pass.key": 2.3, "pass.long": 2.5, "dribble": 2.5, "tackle": 2.4, "interception": 2.3,
    "throw_in": 2.4, "corner": 2.4, "goal_kick": 2.3, "free_kick": 2.6, "penalty": 2.5, "foul": 2.3, "card": 2.5, "shot": 1.4,
    "shot.wide": 1.9, "shot.blocked": 2.2, "shot.post": 2.3, "save": 2.3, "goal": 2.7, "half_time": 2.3, "full_time": 2.3, "score": 2.0,
    "possession": 2.6, "calm": 2.4, "replay": 2.3,
}  # fmt: skip


def write_lines(truth, lang, seed):
    """Commentary of `truth` in "en" or "zh": [{start, end, text, lang, events, importance, key, cut}], in time order.

    `events` are ids of truth events, `cut` tells that a bigger moment ended the line before its last word. The same seed gives
    the same lines, and the same starts in every language.
    """
    assert lang in LANGUAGES, f"lang must be one of {LANGUAGES}, got {lang!r}"
    return [line[lang] for line in schedule(truth, seed)]


def schedule(truth, seed):
    """Both languages' lines side by side: [{"en": line, "zh": line}]."""
    booth = Booth(truth, seed)
    for moment in moments(truth, booth.rng):
        booth.fill_until(moment.due)
        booth.offer(moment)
    booth.fill_until(truth["duration"])
    booth.settle(truth["duration"] + LATEST)
    return booth.said


class Booth:
    """The voice while it works: what it is saying, what waits, what the viewer can see."""

    def __init__(self, truth, seed):
        self.truth = truth
        self.rng = np.random.default_rng([seed, 0xB007])
        self.words = {lang: np.random.default_rng([seed, 0xB007, i + 1]) for i, lang in enumerate(LANGUAGES)}
        self.recent = {lang: [] for lang in LANGUAGES}  # last lines, at most REMEMBERED
        self.said = []
        self.free = 0.0  # when the air of the running line is over
        self.waiting = []  # bound: what fell due within LATEST
        self.score_at = 0.0
        self.began = truth.get("start", 0) > 0  # a passage from within a match needs no opening
        self.calm_until = -1.0
        self.possession = Spans(truth.get("possession", []))
        self.shots = Spans(truth.get("shots", []))

    def offer(self, moment):
        """Says the moment now, cuts for it, lets it wait, or lets it go."""
        self.settle(moment.due)
        if moment.key == "quiet":
            self.calm_until = moment.until
            return
        if not self.visible(moment):
            return
        if moment.importance < ROUTINE:
            if self.began and moment.due - self.free >= QUIET and not self.waiting:
                self.speak(moment, moment.due)
        elif moment.due >= self.free and not self.waiting:
            self.speak(moment, moment.due)
        elif self.may_cut(moment):
            start = max(moment.due, self.said[-1]["en"]["start"] + LEAST_HEARD)
            self.waiting = [w for w in self.waiting if w.importance >= CUTTING]
            self.waiting.append(moment)
            self.hush(start)
            self.settle(moment.due)
        else:
            self.waiting.append(moment)

    def may_cut(self, moment):
        """Bigger moments cut at once; one of a kind with the running line, once its gist has been heard."""
        if not self.said or moment.importance < CUTTING:
            return False
        running = self.said[-1]["en"]
        gist_heard = moment.due - running["start"] >= GIST and running["importance"] < UNTOUCHABLE
        return running["importance"] < moment.importance or gist_heard

    def hush(self, when):
        """Ends the running line early, in whichever language it still runs."""
        for line in self.said[-1].values():
            if line["end"] > when:
                line.update(end=round(when, 3), cut=True)
        self.free = min(self.free, when)

    def settle(self, now):
        """Says what waited, the biggest first, as the voice becomes free before `now`."""
        while self.waiting and self.free + BREATH <= now:
            start = self.free + BREATH
            self.waiting = [w for w in self.waiting if max(start, w.due) - w.time <= LATEST]
            if not self.waiting:
                return
            moment = max(self.waiting, key=lambda w: w.importance)
            self.waiting.remove(moment)
            self.speak(moment, max(start, moment.due))

    def fill_until(self, now):
        """In a quiet booth says who has the ball, or the score."""
        last = min(now, self.truth["duration"] - 1)
        while self.began:
            self.settle(now)
            if self.waiting:
                return
            looks = np.arange(self.free + IDLE, last, LOOK_EVERY)
            found = next((m for m in map(self.filler, looks) if m), None)
            if found is None:
                return
            self.speak(found, found.due)

    def filler(self, time):
        """What there is to say at `time` when nothing happens, or None."""
        time = float(time)
        quiet, span, shot = time - self.free, self.possession.at(time), self.shots.at(time)
        if shot and shot["kind"] != "main":
            return None
        if span is None:
            dead = time - self.possession.last_end(time) >= DEAD_BALL
            return self.score_line(time) if dead and quiet >= LONG and time - self.score_at >= SCORE_AGAIN else None
        if time - span["start"] < SETTLED:
            return None
        if span["zone"].endswith("box") and span["player"] != KEEPER and quiet < LONG:
            return None  # a shot may come: leave the air free for it
        calm = self.free < self.calm_until
        if calm and quiet < CALM_IDLE:
            return None
        if time - self.score_at >= SCORE_EVERY:
            return self.score_line(time)
        key = "calm" if calm else "possession"
        return Moment(time, time, key, IMPORTANCE[key], team_index(self.truth, span["team"]), span["zone"])

    def score_line(self, time):
        return Moment(time, time, "score", IMPORTANCE["score"], goals=self.score(time))

    def score(self, time):
        board = [s for s in self.truth["score"] if s["time"] <= time - 1.0]
        return (board[-1]["home"], board[-1]["away"]) if board else (0, 0)

    def visible(self, moment):
        """Replays show nothing new; close-ups show only what a referee or a scorer does."""
        shot = self.shots.at(moment.time + 0.05)
        if shot is None or shot["kind"] == "main":
            return True
        if shot["kind"] == "replay":
            return moment.key.startswith("replay")
        return moment.importance >= 0.5

    def speak(self, moment, start):
        key, filled = phrase_of(moment, self.truth)
        air, pair = air_of(key), {}
        for lang in LANGUAGES:
            text = self.fresh(key, lang, filled[lang])
            seconds = min(speech_seconds(text, lang), air)
            pair[lang] = {
                "start": round(start, 3), "end": round(start + seconds, 3), "text": text, "lang": lang,
                "events": list(moment.events), "importance": moment.importance, "key": key, "cut": False,
            }  # fmt: skip
        self.said.append(pair)
        self.free = start + air
        self.began = True
        if any(kind == "score" for kind, _ in CLAIMS[key]):
            self.score_at = start

    def fresh(self, key, lang, filled):
        """Of a few throws, the phrase that shares least with the last lines and best fills its air."""
        air = air_of(key)

        def cost(text):
            repeats = max((shared(text, said, lang) for said in self.recent[lang]), default=0.0)
            return repeats + MISFIT * abs(speech_seconds(text, lang) - air) / air

        text = min((say(key, lang, self.words[lang], filled) for _ in range(THROWS)), key=cost)
        self.recent[lang] = [*self.recent[lang][1 - REMEMBERED :], text]
        return text


def air_of(key):
    return AIR.get(key) or AIR[key.split(".")[0]]


def shared(text, said, lang):
    """Share of the 4-grams of `text` (words, or Chinese characters) that an earlier line has too; a shorter line is one gram."""
    own, other = ([c for c in line if c.isalnum()] if lang == "zh" else line.lower().strip(".!?").split() for line in (text, said))
    size = min(4, len(own))
    grams = lambda words: [tuple(words[i : i + size]) for i in range(len(words) - size + 1)]  # noqa: E731
    known = set(grams(other))
    return sum(gram in known for gram in grams(own)) / len(grams(own))


class Spans:
    """Finds the [start, end) span that covers a time."""

    def __init__(self, items):
        self.items = sorted(items, key=lambda s: s["start"])
        self.starts = np.array([s["start"] for s in self.items])

    def at(self, time):
        i = int(np.searchsorted(self.starts, time, side="right")) - 1
        return self.items[i] if i >= 0 and time < self.items[i]["end"] else None

    def last_end(self, time):
        """When the last span before `time` ended; minus infinity before the first."""
        ended = [span["end"] for span in self.items if span["end"] <= time]
        return max(ended, default=-np.inf)


def phrase_of(moment, truth):
    """The phrase key and, per language, its slots."""
    key, team = moment.key, moment.team
    if key in ("half_time", "full_time", "score"):
        team = 0 if moment.goals[0] >= moment.goals[1] else 1
    goals = None
    if team is not None:
        goals = moment.goals if team == 0 else moment.goals[::-1]
    if key in ("goal", "half_time", "full_time", "score"):
        key += ".level" if goals[0] == goals[1] else ".ahead" if goals[0] > goals[1] else ".behind"
    names = {"en": "name", "zh": "nameZh"}
    filled = {}
    for lang in LANGUAGES:
        name = lambda i, lang=lang: truth["teams"][i][names[lang]]  # noqa: E731
        filled[lang] = (
            slots(lang) if team is None else slots(lang, name(team), name(1 - team), moment.zone or "midfield", goals)
        )
    return key, filled

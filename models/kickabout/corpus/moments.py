"""From a truth's events to the moments that could be said, and when each becomes visible."""

from dataclasses import dataclass, field

CALM_SPELL = 6.0  # s that a calm spell lasts when the truth does not say
SHOWN_OUTCOME = 0.9  # s from a shot until the picture shows that it went wide, hit the post or was blocked
IN_THE_NET = 0.2  # s from the goal line into the net
REPLAYED = {"goal": "goal", "shot": "chance", "save": "chance", "penalty": "chance", "foul": "foul", "card": "foul"}
IMPORTANCE = {
    "goal": 1.0, "card.red": 0.95, "penalty": 0.92, "full_time": 0.9, "save": 0.86, "half_time": 0.84, "shot": 0.8,
    "opening": 0.78, "kick_off": 0.74, "card.yellow": 0.76, "corner": 0.72, "foul": 0.72, "throw_in": 0.7, "shot.post": 0.7, "shot.wide": 0.6,
    "shot.blocked": 0.6, "free_kick": 0.5, "goal_kick": 0.5, "replay": 0.45, "pass.key": 0.42, "interception": 0.36,
    "tackle": 0.36, "pass.long": 0.3, "dribble": 0.26, "score": 0.2, "pass": 0.2, "possession": 0.15, "calm": 0.1,
}  # fmt: skip


@dataclass
class Moment:
    """Something that could be said."""

    due: float
    time: float
    key: str
    importance: float
    team: int | None = None
    zone: str | None = None
    goals: tuple[int, int] = (0, 0)  # (home, away)
    events: list[int] = field(default_factory=list)
    until: float = 0.0  # end of a calm spell


def moments(truth, rng):
    """Every moment that a truth's events offer, by the time they fall due."""
    by_id = {event["id"]: event for event in truth["events"]}
    found = []
    first = truth.get("start", 0) == 0
    for event in truth["events"]:
        reaction = float(rng.uniform(0.3, 0.6)) + (IN_THE_NET if event["type"] == "goal" else 0.0)
        team = team_index(truth, event.get("team"))
        for key, time in keys_of(event, by_id, first):
            importance = IMPORTANCE.get(key, IMPORTANCE.get(key.split(".")[0], 0.0))
            zone, until = event.get("zone"), event.get("end", time + CALM_SPELL)
            found.append(Moment(time + reaction, time, key, importance, team, zone, goals_of(truth, event), [event["id"]], until))
        first = first and event["type"] != "kick_off"
    return sorted(found, key=lambda m: m.due)


def keys_of(event, by_id, first):
    """(key, time) of each line that one event is worth."""
    kind, time = event["type"], event["time"]
    if kind == "kick_off":
        return [("opening" if first else "kick_off", time)]
    if kind == "pass":
        kind = event.get("pass", "long")  # the simulator records only passes worth a word
        return [(f"pass.{kind}" if kind in ("key", "long") else "pass", time)]
    if kind == "card":
        return [(f"card.{event['card']}", time)]
    if kind == "calm":
        return [("quiet", time)]
    if kind == "replay":
        shown = by_id.get(event.get("of"), {}).get("type")
        return [(f"replay.{REPLAYED[shown]}" if shown in REPLAYED else "replay", time)]
    if kind == "shot" and event.get("outcome") in ("wide", "blocked", "post"):
        return [("shot", time), (f"shot.{event['outcome']}", event.get("resolved", time + SHOWN_OUTCOME))]
    return [(kind, time)]


def goals_of(truth, event):
    """(home, away) after the event."""
    score = event.get("score")
    if score is not None:
        return score["home"], score["away"]
    board = [s for s in truth["score"] if s["time"] <= event["time"] + 0.01]
    return (board[-1]["home"], board[-1]["away"]) if board else (0, 0)


def team_index(truth, team):
    """0 home, 1 away, from an index, a name or a code; None when nobody."""
    if team in (0, 1):
        return team
    for i, side in enumerate(truth["teams"]):
        if team is not None and team in (side["name"], side["code"]):
            return i
    return None

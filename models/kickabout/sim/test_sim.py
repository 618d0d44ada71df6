"""Tests of the simulator, from models/kickabout: `python3 -m sim.test_sim`, or pytest."""
import json
from functools import lru_cache

import numpy as np

from . import Match
from .football import DT

SEEDS = (41, 42, 43)


@lru_cache
def matches():
    return [Match(seed, 3) for seed in SEEDS]


def test_the_same_seed_gives_the_same_match_and_frames():
    for match in matches():
        again = Match(match.seed, 3)
        assert again.truth == match.truth
        for t in (90.3, 5.0, match.duration):
            assert np.array_equal(again.render(t), match.render(t))
            assert np.array_equal(again.render(t, (640, 360), 4), match.render(t, (640, 360), 4))
        assert again.state(50.0, shuffle_kits=2) == match.state(50.0, shuffle_kits=2)


def test_another_seed_gives_another_match():
    assert Match(1, 1).truth["events"] != Match(2, 1).truth["events"]


def test_truth_is_json_and_in_order():
    for match in matches():
        truth = json.loads(json.dumps(match.truth))
        times = [event["time"] for event in truth["events"]]
        assert [event["id"] for event in truth["events"]] == list(range(len(times)))
        assert sorted(times) == times and 0 < times[0] and times[-1] < truth["duration"]
        assert abs(truth["duration"] - 180) < 25
        assert truth["shots"][0]["start"] == 0 and truth["shots"][-1]["end"] == truth["duration"]
        assert all(a["end"] == b["start"] for a, b in zip(truth["shots"], truth["shots"][1:]))


def test_goals_and_score_agree():
    for match in matches():
        goals = [event for event in match.truth["events"] if event["type"] == "goal"]
        rows = match.truth["score"]
        assert len(rows) == len(goals) + 1
        for event, row in zip(goals, rows[1:]):
            assert event["score"] == {"home": row["home"], "away": row["away"]}
            assert abs(row["time"] - event["time"] - 1.0) < 0.05
            shot = match.truth["events"][event["of"]]
            assert shot["type"] == "shot" and shot["outcome"] == "goal" and shot["team"] == event["team"]
            assert event["penalty"] == (match.truth["events"][shot["id"] - 1]["type"] == "penalty")
            after = next(e for e in match.truth["events"] if e["time"] > event["time"] and e["type"] in ("kick_off", "goal", "full_time"))
            assert after["type"] != "goal" and after["team"] != event["team"]


def test_events_stand_where_and_with_whom_they_say():
    for match in matches():
        names = {team["name"] for team in match.truth["teams"]}
        for event in match.truth["events"]:
            assert event["team"] in names or event["type"] in ("replay", "half_time", "full_time")
        for spell in match.truth["possession"]:
            assert spell["end"] - spell["start"] >= 0.2


def test_live_events_are_on_the_main_camera():
    for match in matches():
        live = {"shot", "goal", "save", "corner", "throw_in", "foul", "kick_off", "penalty", "free_kick", "goal_kick"}
        hidden = [event for event in match.truth["events"] if event["type"] in live and match.state(event["time"])["shot"] != "main"]
        assert not hidden


def test_labels_lie_on_the_picture():
    """The shirt above a carrier's feet has his team's colour, also with shuffled shirts."""
    for match in matches():
        right = total = 0
        for t in np.arange(4.0, match.duration - 6, 1.7):
            for shuffle in (None, 3):
                state = match.state(t, shuffle_kits=shuffle)
                if state["shot"] != "main" or state["carrier"] is None or state["wipe"]:
                    continue
                x, y, tall, team, role = state["players"][state["carrier"]]
                if role != "outfield" or not (0.03 < x < 0.97 and y < 0.97 and y - tall > 0.2):
                    continue
                frame = match.render(t, (640, 360), shuffle).astype(float)
                patch = frame[int((y - 0.72 * tall) * 360):int((y - 0.55 * tall) * 360), int((x * 640) - 3):int(x * 640) + 4].reshape(-1, 3).mean(0)
                shirts = [np.array(each["kit"]["shirt"]) * match.look.light for each in match.truth["teams"]]
                right += int(np.argmin([np.abs(patch - shirt).sum() for shirt in shirts])) == team
                total += 1
        assert total > 15 and right / total > 0.9


def test_people_are_large_enough_and_opponents_keep_away():
    for match in matches():
        carriers, gaps = [], []
        for t in np.arange(3.0, match.duration - 6, 0.7):
            state = match.state(t)
            if state["shot"] == "main" and state["carrier"] is not None and state["phase"] == "open":
                carriers.append(state["players"][state["carrier"]][2] * 128)
                index = round(t / DT)
                rivals = slice(11, 22) if state["carrier_id"] < 11 else slice(0, 11)
                gaps.append(np.hypot(*(match.pos[index, rivals] - match.ball[index, :2]).T).min())
        assert np.percentile(carriers, 10) > 16
        assert np.percentile(gaps, 10) > 1.8


def test_unknown_overrides_are_refused():
    try:
        Match(1, 1, goals=3)
    except TypeError as error:
        assert "goals" in str(error)
    else:
        raise AssertionError("an override that nobody knows was taken")


if __name__ == "__main__":
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: passed")

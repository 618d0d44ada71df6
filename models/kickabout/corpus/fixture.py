"""A truth dict made by hand, with every event type, for tests that need no simulator."""


def fixture():
    rows = [
        (0.2, "kick_off", "Red", "midfield", {}),
        (1.6, "pass", "Red", "midfield", {"pass": "short"}),
        (5.0, "pass", "Red", "right_third", {"pass": "key"}),
        (7.0, "interception", "Blue", "right_third", {}),
        (9.5, "dribble", "Blue", "midfield", {}),
        (13.0, "tackle", "Red", "midfield", {}),
        (16.0, "pass", "Red", "right_third", {"pass": "long"}),
        (19.0, "shot", "Red", "right_box", {"outcome": "saved"}),
        (19.8, "save", "Blue", "right_box", {}),
        (23.0, "corner", "Red", "right_third", {}),
        (28.0, "shot", "Red", "right_box", {"outcome": "goal"}),
        (28.9, "goal", "Red", "right_box", {"score": {"home": 1, "away": 0}}),
        (34.0, "replay", "Red", "right_box", {"of": 11}),
        (42.0, "kick_off", "Blue", "midfield", {}),
        (47.0, "foul", "Red", "midfield", {}),
        (49.5, "card", "Red", "midfield", {"card": "yellow"}),
        (54.0, "free_kick", "Blue", "midfield", {}),
        (58.0, "throw_in", "Blue", "left_third", {}),
        (63.0, "shot", "Blue", "left_box", {"outcome": "wide"}),
        (67.0, "goal_kick", "Red", "left_box", {}),
        (72.0, "calm", "Red", "midfield", {}),
        (90.0, "foul", "Red", "left_box", {}),
        (91.6, "penalty", "Blue", "left_box", {}),
        (97.0, "shot", "Blue", "left_box", {"outcome": "goal"}),
        (97.8, "goal", "Blue", "left_box", {"score": {"home": 1, "away": 1}}),
        (106.0, "kick_off", "Red", "midfield", {}),
        (112.0, "shot", "Red", "right_box", {"outcome": "post"}),
        (118.0, "shot", "Red", "right_box", {"outcome": "blocked"}),
        (122.0, "foul", "Blue", "midfield", {}),
        (124.5, "card", "Blue", "midfield", {"card": "red"}),
        (132.0, "half_time", None, "midfield", {}),
    ]
    events = [
        {"id": i, "time": time, "type": kind, "team": team, "zone": zone, "player": 9, "importance": 0.5, **more}
        for i, (time, kind, team, zone, more) in enumerate(rows)
    ]
    spans = [(0.2, 7.0, "Red"), (7.0, 13.0, "Blue"), (13.0, 19.0, "Red"), (23.0, 28.0, "Red"), (42.0, 47.0, "Blue")]
    spans += [(54.0, 63.0, "Blue"), (67.0, 90.0, "Red"), (106.0, 122.0, "Red")]
    return {
        "version": 1, "seed": 0, "duration": 136.0,
        "teams": [
            {"name": "Red", "code": "RED", "nameZh": "红队", "kit": {}},
            {"name": "Blue", "code": "BLU", "nameZh": "蓝队", "kit": {}},
        ],
        "events": events,
        "score": [{"time": 0.0, "home": 0, "away": 0}, {"time": 30.0, "home": 1, "away": 0}, {"time": 99.0, "home": 1, "away": 1}],
        "shots": [
            {"start": 0.0, "end": 31.0, "kind": "main"}, {"start": 31.0, "end": 34.0, "kind": "close"},
            {"start": 34.0, "end": 39.0, "kind": "replay"}, {"start": 39.0, "end": 136.0, "kind": "main"},
        ],
        "possession": [{"start": a, "end": b, "team": team, "player": 9, "zone": "midfield"} for a, b, team in spans],
        "ball": [], "camera": [], "lines": [],
    }  # fmt: skip

"""The truth of a match: what happened, when, where, in plain JSON values. The format is documented in ../TRUTH.md."""
import numpy as np

from .football import DT
from .kits import TEAMS
from .pitch import LENGTH, WIDTH, zone_of

SAMPLE_HZ = 5


def possession_of(carriers: np.ndarray, balls: np.ndarray, names: tuple[str, str]) -> list[dict]:
    """Spells of the ball at one player's feet or hands, at least 0.2 s each."""
    spells = []
    edges = np.flatnonzero(np.diff(carriers)) + 1
    for start, end in zip([0, *edges], [*edges, len(carriers)]):
        index = int(carriers[start])
        if index < 0 or (end - start) * DT < 0.2:
            continue
        middle = balls[(start + end) // 2]
        spells.append({"start": round(start * DT, 2), "end": round(end * DT, 2), "team": names[index // 11],
                       "player": index % 11 + 1, "zone": zone_of(middle[0], middle[1])})
    return spells


def teams_of(names: tuple[str, str], keepers: list) -> list[dict]:
    return [{"name": name, "code": TEAMS[name][0], "nameZh": TEAMS[name][1],
             "kit": {"shirt": list(TEAMS[name][2]), "shorts": list(TEAMS[name][3]), "keeper": list(keeper)}}
            for name, keeper in zip(names, keepers)]


def pitch_of() -> dict:
    return {"length": LENGTH, "width": WIDTH}


def shifted(truth: dict, start: float, seconds: float) -> dict:
    """The truth of the passage [start, start + seconds], on the passage's own clock."""
    end = start + seconds

    def spans(rows: list[dict]) -> list[dict]:
        return [{**row, "start": round(max(0.0, row["start"] - start), 2), "end": round(min(seconds, row["end"] - start), 2)}
                for row in rows if row["end"] > start and row["start"] < end]

    def points(rows: list[dict], key: str) -> list[dict]:
        return [{**row, key: round(row[key] - start, 2)} for row in rows if start <= row[key] < end]

    before = [row for row in truth["score"] if row["time"] <= start]
    opening = [{**before[-1], "time": 0.0}] if before else []
    events = points(truth["events"], "time")
    for event in events:
        if "end" in event:
            event["end"] = round(min(seconds, event["end"] - start), 2)
    later = [row for row in points(truth["score"], "time") if row["time"] > 0]
    clock = {**truth["clock"], "periods": [{**row, "start": round(row["start"] - start, 2), "end": round(row["end"] - start, 2)}
                                           for row in truth["clock"]["periods"]]}
    return {**truth, "duration": round(seconds, 2), "start": start, "clock": clock, "events": events, "score": opening + later,
            "shots": spans(truth["shots"]), "possession": spans(truth["possession"]), "lines": spans(truth["lines"]),
            "ball": points(truth["ball"], "t"), "camera": points(truth["camera"], "t")}

"""Tests of the corpus: `python3 -m models.kickabout.corpus.test_corpus`, or pytest."""

import itertools
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from models.kickabout.corpus.claims import LEXICON, claims  # noqa: E402
from models.kickabout.corpus.fixture import fixture  # noqa: E402
from models.kickabout.corpus.foreign.frames import SCENES, foreign_frames  # noqa: E402
from models.kickabout.corpus.grammar import BANKS, CLAIMS, LANGUAGES, every, finish, slots  # noqa: E402
from models.kickabout.corpus.lines import write_lines  # noqa: E402
from models.kickabout.corpus.sound import synthesise  # noqa: E402
from models.kickabout.sim import Match  # noqa: E402

ZH = {name: forms["zh"].split("|")[0] for name, forms in LEXICON["teams"].items()}
JUDGED = {"shot", "save", "goal", "corner", "throw_in", "foul", "card", "kick_off"}
GOALS = {"ahead": (3, 1), "level": (2, 2), "behind": (1, 2)}


def expected(key, team, opponent, goals):
    """The claims that a phrase of `key` must be read as."""
    result = []
    for kind, slot in CLAIMS[key]:
        claim = {"type": kind}
        if slot:
            claim["team"] = {"T": team, "O": opponent}[slot]
        if kind == "card":
            claim["card"] = key.split(".")[1]
        if kind == "score":
            claim["score"] = list(goals[::-1] if slot == "O" else goals)
        result.append(claim)
    return result


def grammar_lines(lang, team, opponent, most=30):
    """(key, text, expected claims) over every template of a language, at most `most` texts a template."""
    rng = np.random.default_rng([7, len(team)])
    name = (lambda n: n) if lang == "en" else ZH.__getitem__
    for key, templates in BANKS[lang].PHRASES.items():
        goals = GOALS.get(key.split(".")[-1], (0, 0))
        for template, zone in itertools.product(templates, BANKS[lang].ZONES):
            for score in {goals, (0, 0) if key.endswith("level") else goals}:
                if key == "goal.level" and score == (0, 0):
                    continue
                texts = every(template, slots(lang, name(team), name(opponent), zone, score))
                for i in rng.permutation(len(texts))[:most]:
                    yield key, finish(texts[i], lang), expected(key, team, opponent, score)


def test_claims_are_exact_on_the_grammar():
    for lang, (team, opponent) in itertools.product(LANGUAGES, [("Red", "Blue"), ("Sky", "Yellow"), ("Blue", "Red"), ("Yellow", "Sky")]):
        count = 0
        for key, text, wanted in grammar_lines(lang, team, opponent):
            count += 1
            got = claims(text, lang)
            order = lambda c: c["type"]  # noqa: E731
            assert sorted(got, key=order) == sorted(wanted, key=order), f"{lang} {key}: {text!r} reads {got}, wanted {wanted}"
        assert count > 2000, (lang, count)


def test_banks_are_parallel_and_rich():
    assert set(BANKS["en"].PHRASES) == set(BANKS["zh"].PHRASES) == set(CLAIMS)
    for lang, bank in BANKS.items():
        distinct = {t for ts in bank.PHRASES.values() for t in ts}
        phrasings = sum(len(every(t, slots(lang, "Red", "Blue", "midfield", (1, 0)))) for t in distinct)
        assert phrasings > 600, (lang, phrasings)


def test_lines_are_short():
    lengths = {lang: [len(text) for _, text, _ in grammar_lines(lang, "Yellow", "Purple")] for lang in LANGUAGES}
    assert max(lengths["en"]) <= 72 and np.mean(np.array(lengths["en"]) <= 60) > 0.98
    assert max(lengths["zh"]) <= 24


def test_lines_are_deterministic_parallel_and_apart():
    truth = fixture()
    for seed in range(20):
        en, zh = (write_lines(truth, lang, seed) for lang in LANGUAGES)
        assert en == write_lines(truth, "en", seed)
        assert [(a["start"], a["key"], a["events"]) for a in en] == [(b["start"], b["key"], b["events"]) for b in zh]
        for lines in (en, zh):
            for a, b in itertools.pairwise(lines):
                assert a["start"] < a["end"] <= b["start"] + 1e-9, (a, b)


def test_every_judged_event_is_said_once_in_time():
    truth = fixture()
    for seed, lang in itertools.product(range(20), LANGUAGES):
        lines = write_lines(truth, lang, seed)
        for event in truth["events"]:
            if event["type"] not in JUDGED:
                continue
            calls = [x for x in lines for c in claims(x["text"], lang) if c["type"] == event["type"] and event["id"] in x["events"]]
            assert len(calls) == 1, (lang, seed, event, calls)
            assert 0.25 <= calls[0]["start"] - event["time"] <= 1.5
            team = next(c for c in claims(calls[0]["text"], lang) if c["type"] == event["type"])["team"]
            assert team == event["team"]


def test_replays_are_never_called_as_events():
    truth = fixture()
    for seed, lang in itertools.product(range(20), LANGUAGES):
        for line in write_lines(truth, lang, seed):
            if 34.0 <= line["start"] < 39.0:
                assert claims(line["text"], lang) == [{"type": "replay"}], line


def test_lines_know_nothing_of_the_future():
    truth = fixture()
    for now in (20.0, 47.5, 95.0):
        seen = {name: [row for row in truth[name] if row["time"] <= now] for name in ("events", "score")}
        spans = [row for row in truth["possession"] if row["start"] <= now]
        for lang in LANGUAGES:
            whole, past = (write_lines(t, lang, 4) for t in (truth, {**truth, **seen, "possession": spans}))
            told = lambda lines: [(x["start"], x["text"]) for x in lines if x["start"] <= now]  # noqa: B023, E731
            assert told(whole) == told(past), (now, lang)


def test_simulated_matches_are_told_whole_and_at_a_listenable_pace():
    spoken, total, gaps = 0.0, 0.0, []
    for seed in range(3):
        truth = Match(seed, 3).truth
        lines = write_lines(truth, "en", seed)
        for event in truth["events"]:
            if event["type"] in JUDGED:
                calls = [c for x in lines if event["id"] in x["events"] for c in claims(x["text"], "en") if c["type"] == event["type"]]
                assert [c["team"] for c in calls] == [event["team"]], (seed, event)
        for shot in truth["shots"]:
            inside = [x for x in lines if shot["kind"] == "replay" and shot["start"] <= x["start"] < shot["end"]]
            assert all(claims(x["text"], "en") == [{"type": "replay"}] for x in inside), (seed, shot, inside)
        spoken += sum(x["end"] - x["start"] for x in lines)
        total += truth["duration"]
        gaps += [b["start"] - a["end"] for a, b in itertools.pairwise(lines)]
    assert 0.42 < spoken / total < 0.6
    assert 1.5 < np.mean(gaps) < 2.6


def level(sound):
    return 20 * np.log10(np.sqrt(np.mean(sound**2)) + 1e-9)


def test_sound_follows_the_match_and_cuts_alike():
    truth = fixture()
    sound = synthesise(truth, 16000)
    assert sound.dtype == np.float32 and len(sound) == round(truth["duration"] * 16000)
    assert np.abs(sound).max() <= 10 ** (-3 / 20)
    assert -28 < level(sound) < -20
    second = lambda a, b: sound[a * 16000 : b * 16000]  # noqa: E731
    assert level(second(30, 33)) > level(second(76, 88)) + 8, "a goal is far louder than a calm spell"
    assert np.array_equal(sound, synthesise(truth, 16000))
    assert np.allclose(synthesise(truth, 16000, 20, 15), second(20, 35), atol=1e-5)


def test_foreign_frames_are_pairs_of_varied_pictures():
    frames = foreign_frames(np.random.default_rng(5), 8 * len(SCENES), (112, 64))
    assert frames.shape == (8 * len(SCENES), 2, 64, 112, 3) and frames.dtype == np.uint8
    again = foreign_frames(np.random.default_rng(5), 8 * len(SCENES), (112, 64))
    assert np.array_equal(frames, again)
    means = frames[:, 0].mean((1, 2))
    assert len(np.unique(means.round(), axis=0)) > 6 * len(SCENES)
    change = np.abs(frames[:, 0].astype(int) - frames[:, 1]).mean((1, 2, 3))
    assert (change > 0.5).mean() > 0.4


def main():
    for name, test in sorted(globals().items()):
        if name.startswith("test_"):
            test()
            print("ok", name)


if __name__ == "__main__":
    main()

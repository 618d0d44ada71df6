"""Reads a commentary line as the list of things it claims, by the rules of ../lexicon.json.

`src/language/claims.ts` reads the same file in the same order; test/language/claims.test.ts holds the two together.
"""

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

LEXICON = json.loads((Path(__file__).parent.parent / "lexicon.json").read_text(encoding="utf-8"))
GAP = "\u0000"  # replaces what a rule has read, so that positions stay


def claims(text, lang):
    """Claims of one line: [{type, team?, card?, score?}].

    `team` is the team's English name. `score` is [goals for `team`, goals against]; without `team` the sides are level
    or the line names no side. A line that names a team but no event claims that team's possession.
    """
    rules = compiled(lang)
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).lower().replace("’", "'"))
    for kind, pattern in rules["alone"]:
        if pattern.search(text):
            return [{"type": kind}]
    edges = [m.start() for m in rules["clause"].finditer(text)]

    def clause(position):
        return sum(edge < position for edge in edges)

    hits, left = read_events(text, rules)
    scores, left = read_scores(left, rules)
    teams = [(clause(m.start()), m, bool(rules["actor"].search(left[: m.start()]))) for m in rules["team"].finditer(left)]
    named = {name_of(m) for _, m, _ in teams} | {team for _, _, team in scores if team}

    def team_of(position, anywhere=True):
        own = [t for t in teams if t[0] == clause(position)]
        if not own and anywhere:
            if len(named) == 1:
                return next(iter(named))
            earlier = [t for t in teams if t[0] < clause(position)]
            nearest = earlier[-1][0] if earlier else teams[0][0] if teams else None
            own = [t for t in teams if t[0] == nearest]
        if not own:
            return None
        return name_of(next((m for _, m, actor in own if actor), own[0][1]))

    found = []
    for kind in dict.fromkeys(kind for _, kind, _ in hits):
        places = [(position, word) for position, k, word in hits if k == kind]
        claim = {"type": kind}
        if kind not in ("half_time", "full_time"):
            near = (team_of(position, anywhere=False) for position, _ in places)
            team = next((t for t in near if t), None) or team_of(places[0][0])
            if team:
                claim["team"] = team
        if kind == "card":
            said = " ".join(word for _, word in places)
            claim["card"] = "red" if re.search("red|sent off|红", said) else "yellow"
        found.append(claim)
    found += [score_claim(score, text, team_of, rules) for score in scores[:1]]
    if not found and teams:
        found.append({"type": "possession", "team": name_of(teams[0][1])})
    return found


def read_events(text, rules):
    """Finds event words rule by rule; what a rule has read is closed to the later ones."""
    hits = []
    for kind, pattern in rules["events"]:
        if kind:
            hits += [(m.start(), kind, m.group()) for m in pattern.finditer(text)]
        text = blank(pattern, text)
    return sorted(hits), text


def read_scores(text, rules):
    """Scores as (position, (first, second), team that the first number belongs to or None)."""
    scores = []
    for m in rules["teams"].finditer(text):
        scores.append((m.start(), (number(m.group(2), rules), number(m.group(4), rules)), rules["names"][m.group(1)]))
    text = blank(rules["teams"], text)
    for m in rules["pair"].finditer(text):
        scores.append((m.start(), (number(m.group(1), rules), number(m.group(2), rules)), None))
    text = blank(rules["pair"], text)
    for m in rules["level"].finditer(text):
        scores.append((m.start(), (number(m.group(1), rules),) * 2, None))
    for m in rules["nil"].finditer(text):
        scores.append((m.start(), (0, 0), None))
    return sorted(scores, key=lambda score: score[0]), text


def score_claim(score, text, team_of, rules):
    position, (first, second), team = score
    claim = {"type": "score", "score": [first, second]}
    if team is None and first != second:
        team = team_of(position)
        if rules["behind"].search(text):
            claim["score"] = sorted((first, second))
    if team and first != second:
        claim["team"] = team
    return claim


def blank(pattern, text):
    return pattern.sub(lambda m: GAP * len(m.group()), text)


def number(word, rules):
    return rules["numbers"][word]


def name_of(match):
    return NAMES[match.group()]


NAMES = {word: name for name, words in LEXICON["teams"].items() for forms in words.values() for word in forms.split("|")}


@lru_cache
def compiled(lang):
    """The lexicon of one language with its patterns compiled."""
    entry = LEXICON["languages"][lang]
    by_length = lambda words: "|".join(sorted(words, key=len, reverse=True))  # noqa: E731
    numbers = {word: n for n, forms in enumerate(entry["numbers"]) for word in forms.split("|")}
    team_words = [word for forms in LEXICON["teams"].values() for word in forms[lang].split("|")]
    expand = lambda p: re.compile(p.replace("(T)", f"({by_length(team_words)})").replace("(N)", f"({by_length(numbers)})"))  # noqa: E731
    return {
        "alone": [(kind, re.compile(p)) for kind, p in entry["alone"]],
        "events": [(kind, re.compile(p)) for kind, p in entry["events"]],
        "clause": re.compile(entry["clause"]),
        "actor": re.compile(entry["actor"]),
        "team": re.compile(f"{entry['word']}(?:{by_length(team_words)}){entry['word']}"),
        "numbers": numbers,
        "names": NAMES,
        **{name: expand(p) for name, p in entry["score"].items()},
    }

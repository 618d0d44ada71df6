"""Template grammar of the reference commentary.

A template is plain text with three marks:
  [a|b|]   one of the alternatives (they nest; an empty one is allowed)
  {T}      a slot: T team, O its opponent, Z zone, A score leader first, L level score,
           M and N the goals of T and of O
Slots may themselves hold alternatives, so they are filled before the alternatives are chosen.
"""

import re
from functools import lru_cache

from . import phrases_en, phrases_zh

BANKS = {"en": phrases_en, "zh": phrases_zh}
LANGUAGES = tuple(BANKS)
WORDS_PER_SECOND = 2.6  # a play-by-play voice in English
CHARS_PER_SECOND = 4.2  # the same pace in Mandarin, one syllable a character
SHORTEST_LINE = 0.8  # seconds

# What every phrase of a key claims. "T"/"O": the slot whose team is the claim's team; None: no team.
# A score is claimed from the view of its team: (goals for, goals against); without a team the sides are level.
CLAIMS = {
    "opening": [("kick_off", "T")],
    "kick_off": [("kick_off", "T")],
    "pass": [("possession", "T")],
    "pass.key": [("possession", "T")],
    "pass.long": [("possession", "T")],
    "dribble": [("possession", "T")],
    "tackle": [("tackle", "T")],
    "interception": [("interception", "T")],
    "throw_in": [("throw_in", "T")],
    "corner": [("corner", "T")],
    "goal_kick": [("goal_kick", "T")],
    "free_kick": [("free_kick", "T")],
    "penalty": [("penalty", "T")],
    "foul": [("foul", "T")],
    "card.yellow": [("card", "T")],
    "card.red": [("card", "T")],
    "shot": [("shot", "T")],
    "shot.wide": [("wide", "T")],
    "shot.blocked": [("blocked", "T")],
    "shot.post": [("post", "T")],
    "save": [("save", "T")],
    "goal.ahead": [("goal", "T"), ("score", "T")],
    "goal.level": [("goal", "T"), ("score", None)],
    "goal.behind": [("goal", "T"), ("score", "O")],
    "half_time.ahead": [("half_time", None), ("score", "T")],
    "half_time.level": [("half_time", None), ("score", None)],
    "full_time.ahead": [("full_time", None), ("score", "T")],
    "full_time.level": [("full_time", None), ("score", None)],
    "score.ahead": [("score", "T")],
    "score.level": [("score", None)],
    "possession": [("possession", "T")],
    "calm": [("possession", "T")],
    "replay": [("replay", None)],
    "replay.goal": [("replay", None)],
    "replay.chance": [("replay", None)],
    "replay.foul": [("replay", None)],
    "no_match": [("no_match", None)],
}


def number(n, lang):
    """Spoken number of goals; beyond the word list, digits."""
    words = BANKS[lang].NUMBERS
    return words[n] if n < len(words) else str(n)


def slots(lang, team=None, opponent=None, zone=None, goals=None):
    """Slot texts of one language. `goals` is (of T, of O)."""
    bank = BANKS[lang]
    filled = {}
    if team is not None:
        filled["T"] = team
    if opponent is not None:
        filled["O"] = opponent
    if zone is not None:
        filled["Z"] = bank.ZONES[zone]
    if goals is not None:
        own, other = (number(g, lang) for g in goals)
        high, low = (number(g, lang) for g in (max(goals), min(goals)))
        filled.update(M=own, N=other, A=bank.SCORE.format(high, low))
        filled["L"] = bank.NIL_NIL if goals[0] == goals[1] == 0 else bank.LEVEL.format(own)
    return filled


def say(key, lang, rng, filled):
    """One random line for `key`; `rng` is a numpy Generator."""
    bank = BANKS[lang].PHRASES[key]
    return finish(choose(bank[int(rng.integers(len(bank)))], filled, rng), lang)


def speech_seconds(text, lang):
    """How long the line takes to say, in seconds."""
    if lang == "zh":
        spoken = len(re.findall(r"[\w]", text)) / CHARS_PER_SECOND
    else:
        spoken = len(text.split()) / WORDS_PER_SECOND
    return max(SHORTEST_LINE, round(spoken, 3))


def choose(template, filled, rng):
    """Fills the slots, then picks one alternative of every bracket."""
    return "".join(pick(part, rng) for part in parse(fill(template, filled)))


def pick(part, rng):
    if isinstance(part, str):
        return part
    option = part[int(rng.integers(len(part)))]
    return "".join(pick(inner, rng) for inner in option)


def every(template, filled):
    """All texts of a template, before `finish`."""
    return expansions(parse(fill(template, filled)))


def expansions(parts):
    texts = [""]
    for part in parts:
        tails = [part] if isinstance(part, str) else [t for option in part for t in expansions(option)]
        texts = [text + tail for text in texts for tail in tails]
    return texts


def fill(template, filled):
    return re.sub(r"\{(\w)\}", lambda slot: filled[slot.group(1)], template)


@lru_cache(maxsize=16384)
def parse(template):
    """'a [b|c] d' → ('a ', (('b',), ('c',)), ' d')."""
    parts, position = parse_sequence(template, 0, nested=False)
    assert position == len(template), template
    return parts


def parse_sequence(template, position, nested):
    parts, text = [], ""
    while position < len(template):
        char = template[position]
        if char == "[":
            if text:
                parts.append(text)
                text = ""
            options, position = parse_options(template, position + 1)
            parts.append(options)
        elif nested and char in "|]":
            break
        else:
            text += char
            position += 1
    if text:
        parts.append(text)
    return tuple(parts), position


def parse_options(template, position):
    options = []
    while True:
        option, position = parse_sequence(template, position, nested=True)
        options.append(option)
        assert position < len(template), f"unclosed [ in {template}"
        position += 1
        if template[position - 1] == "]":
            return tuple(options), position


def finish(text, lang):
    """Tidies blanks and starts every English sentence with a capital."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([.,!?:])", r"\1", text)
    if lang != "en":
        return text.replace(" ", "")
    return re.sub(r"(^|[.!?] )([a-z])", lambda m: m.group(1) + m.group(2).upper(), text)

"""Writes the fixtures test/language/claims.json (lines and how claims.py reads them, for the test that holds claims.ts to it) and
test/eval/truth.json (a ground truth with its reference lines).

Run from the repository root after a change of the lexicon or the grammar: `python3 -m models.kickabout.corpus.parity`.
"""

import json
from pathlib import Path

import numpy as np

from .claims import LEXICON, claims
from .fixture import fixture
from .grammar import BANKS, CLAIMS, LANGUAGES, say, slots
from .lines import write_lines

OUT = Path(__file__).parents[3] / "test"
LINES_PER_KEY = 5

# Lines that the grammar does not write: other words, digits, no team, several teams, nothing at all.
FREE = {
    "en": [
        "", "And now?", "GOAL!!! 2-1 to Red.", "Blue trail two one.", "Red are down three nil", "It's Red 2, Blue 2",
        "White's goalkeeper saves from Black", "Blue's defence won't let Red through.", "Red and Blue, Red and Blue.", "Not a goal kick, a corner for Sky Blue!",
        "The shot goes wide of Yellow's goal", "Red card? No, a yellow card for Blue.", "They’re under way; Orange to kick off", "4–1 to Purple", "Pink win a penalty and score!",
        "No match on screen, Red lead two one", "Goal kick to White, still goalless", "The Reds and the bluebird", "A shot in front of goal by Green",
        "12:10 on the clock, Red on the ball", "1:02:03 gone and still 2:1 to Blue", "Red line up 4-3-3, Blue 4–4–2", "Red lead thirteen twelve", "Red lead 13-12",
        "A lovely one-two sets Red free", "Blue line up in a four-four-two", "Red trail one two", "It's all over the place at the back for Blue", "It's all over! Red win",
    ],
    "zh": [
        "", "然后呢？", "红队2比1领先！", "蓝队一比三落后。", "白队二，黑队二", "天蓝队的角球，蓝队防守。", "红方犯规，黄牌给蓝方！",
        "这个进球的回放，红队", "门将扑出，然后是角球", "比分２：１，粉队领先", "开球门球，零比零", "黄队射门偏出，绿队球门球",
        "第12:34分钟，红队控球", "红队十三比十二领先", "红队13比12领先", "红队21比2领先", "蓝队排出4-3-3阵型", "一比一一切从头再来", "红蓝两队3平", "二十三平",
    ],
}  # fmt: skip


def sample():
    rng = np.random.default_rng(20)
    teams = list(LEXICON["teams"])
    for lang in LANGUAGES:
        yield from ((lang, text) for text in FREE[lang])
        for key in CLAIMS:
            for _ in range(LINES_PER_KEY):
                team, opponent = (teams[i] for i in rng.choice(len(teams), 2, replace=False))
                name = (lambda n: n) if lang == "en" else (lambda n: LEXICON["teams"][n]["zh"].split("|")[0])
                low = int(rng.integers(0, 4)) + (key == "goal.level")
                high = low + int(rng.integers(1, 4))
                goals = {"level": (low, low), "behind": (low, high)}.get(key.split(".")[-1], (high, low))
                zone = list(BANKS[lang].ZONES)[int(rng.integers(5))]
                yield lang, say(key, lang, rng, slots(lang, name(team), name(opponent), zone, goals))


def main():
    rows = [json.dumps({"lang": lang, "text": text, "claims": claims(text, lang)}, ensure_ascii=False) for lang, text in sample()]
    (OUT / "language" / "claims.json").write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")
    truth = fixture()
    truth["lines"] = [line for lang in LANGUAGES for line in write_lines(truth, lang, 1)]
    (OUT / "eval" / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""The model's own register: one phrase for each thing there is to say, the event's word first.

With hundreds of phrasings, greedy decoding picks the most stereotyped phrase rather than the likeliest event; with one phrase each,
the first token is the decision. A goal's line leaves the score out: the board changes a second later, and a sum is no seeing.
The timetable is the corpus' own.
"""
from corpus import lines, moments
from corpus.grammar import LANGUAGES, expansions, fill, finish, parse

PHRASES = {
    "en": {
        "opening": "Kick-off: {T} against {O}.", "kick_off": "Kick-off for {T}.", "pass": "Neat pass by {T}.", "pass.key": "Great through ball by {T}!",
        "pass.long": "Long ball by {T}.", "dribble": "Good dribble by {T}.", "tackle": "Strong tackle by {T}.", "interception": "Intercepted by {T}.",
        "throw_in": "Throw-in for {T}.", "corner": "Corner for {T}!", "goal_kick": "Out for a {T} goal kick.", "free_kick": "Free kick for {T}.",
        "penalty": "Penalty to {T}!", "foul": "Foul by {T}.", "card.yellow": "Yellow card for {T}.", "card.red": "Red card for {T}!", "shot": "Shot by {T}!",
        "shot.wide": "Wide by {T}.", "shot.blocked": "Blocked! No way through for {T}.", "shot.post": "Against the post! So close for {T}!",
        "save": "Saved by the {T} keeper!", "goal": "Goal for {T}!", "half_time": "Half-time: {T} {M}, {O} {N}.", "full_time": "Full-time: {T} {M}, {O} {N}.",
        "score": "The score: {T} {M}, {O} {N}.", "possession": "It's {T} on the ball {Z}.", "calm": "All quiet, {T} in possession.",
        "replay": "Here's the replay."},
    "zh": {
        "opening": "开球了，{T}对阵{O}！", "kick_off": "开球的是{T}。", "pass": "传球，{T}找到了队友。", "pass.key": "好一脚直塞，{T}！", "pass.long": "长传，{T}找前面。",
        "dribble": "一路带球，{T}！", "tackle": "漂亮的抢断，{T}！", "interception": "及时的拦截，{T}！", "throw_in": "界外球，是{T}的。", "corner": "角球，是{T}的。",
        "goal_kick": "球门球，是{T}的。", "free_kick": "任意球，是{T}的。", "penalty": "点球，给{T}！", "foul": "哨响了，{T}犯规。", "card.yellow": "黄牌，{T}被警告。",
        "card.red": "红牌！{T}有人被罚下！", "shot": "射门，{T}！", "shot.wide": "偏了，{T}可惜！", "shot.blocked": "挡住了！{T}没打穿。", "shot.post": "击中门柱！{T}太可惜！",
        "save": "扑出来了，{T}门将！", "goal": "进球！{T}得分！",
        "half_time": "半场结束：{T}{M}，{O}{N}。", "full_time": "全场结束：{T}{M}，{O}{N}。", "score": "比分：{T}{M}，{O}{N}。", "possession": "现在是{T}控球，{Z}。",
        "calm": "比较平静，{T}控球。", "replay": "我们看回放。"},
}
BOARD = ("half_time", "full_time", "score")                 # read off the board, home first
NAMES = {"en": "name", "zh": "nameZh"}


class PlainBooth(lines.Booth):
    """The corpus' booth with a small vocabulary."""

    def fresh(self, key: str, lang: str, filled: dict[str, str]) -> str:
        family = key.split(".")[0]
        if family in BOARD and filled["T"] != self.truth["teams"][0][NAMES[lang]]:
            filled = {**filled, "T": filled["O"], "O": filled["T"], "M": filled["N"], "N": filled["M"]}
        phrase = PHRASES[lang].get(key) or PHRASES[lang][family]
        return finish(expansions(parse(fill(phrase, filled)))[0], lang)


def plain_schedule(truth: dict, seed: int) -> list[dict]:
    """As corpus.lines.schedule: [{"en": line, "zh": line}] in time order."""
    booth = PlainBooth(truth, seed)
    for moment in moments.moments(truth, booth.rng):
        booth.fill_until(moment.due)
        booth.offer(moment)
    booth.fill_until(truth["duration"])
    booth.settle(truth["duration"] + lines.LATEST)
    return booth.said


assert set(PHRASES) == set(LANGUAGES)

"""The model's own register: one opening for each thing there is to say, the event's word and the team first, then one of a few endings.

With hundreds of openings, greedy decoding picks the most stereotyped phrase rather than the likeliest event; with one each, the first token
is the decision. The endings take turns, so that what was just said is not said again; they make lines as long as the corpus' own. A goal's line leaves the score out: the board changes a second later, and a sum is no seeing.
The timetable is the corpus' own, but for fouls, shots, goals and saves, which wait until the picture is plain.
"""
from corpus import lines, moments
from corpus.grammar import LANGUAGES, expansions, fill, finish, parse

PHRASES = {
    "en": {
        "opening": ["Kick-off: {T} against {O}, and we're away."],
        "kick_off": ["Kick-off for {T}, and play on.", "Kick-off for {T}, once more then."],
        "pass": ["Neat pass by {T}, nicely done.", "Neat pass by {T}, into space."],
        "pass.key": ["Great through ball by {T}!"], "pass.long": ["Long ball by {T}, up the pitch.", "Long ball by {T}, looking forward."],
        "dribble": ["Good dribble by {T}, past his man.", "Good dribble by {T}, and drives on."],
        "tackle": ["Strong tackle by {T} to win it.", "Strong tackle by {T}, well timed."],
        "interception": ["Intercepted by {T}, very good reading.", "Intercepted by {T}, who come away."],
        "throw_in": ["Throw-in for {T}, on the touchline.", "Throw-in for {T}, taken quickly.", "Throw-in for {T}, hands on it.",
                     "Throw-in for {T}, they look around.", "Throw-in for {T}, time for it."],
        "corner": ["Corner for {T}! Bodies in the box.", "Corner for {T}! Everybody goes up.", "Corner for {T}! Here it comes.",
                   "Corner for {T}! A crowd is waiting."],
        "goal_kick": ["Out for a {T} goal kick.", "Out, and a {T} goal kick."],
        "free_kick": ["Free kick for {T}, setting up.", "Free kick for {T}, and a chance.", "Free kick for {T}, no rush."],
        "penalty": ["Penalty to {T}! He points straight down."],
        "foul": ["Foul by {T}, that was clumsy.", "Foul by {T}, the whistle goes.", "Foul by {T}, and down he goes.",
                 "Foul by {T}, a late one."],
        "card.yellow": ["Yellow card for {T}, no complaints.", "Yellow card for {T}, had that coming.", "Yellow card for {T}, careful now."],
        "card.red": ["Red card for {T}! Off he goes."], "shot": ["Shot by {T}!"],
        "shot.wide": ["Wide by {T}, so close.", "Wide by {T}, just wide.", "Wide by {T}, no luck."],
        "shot.blocked": ["Blocked! No way through for {T}."], "shot.post": ["Against the post! So close for {T}!"],
        "save": ["Saved by the {T} keeper!", "Saved by the {T} keeper, strong hands!", "Saved by the {T} keeper, well down!"],
        "goal": ["Goal for {T}! What a moment this is!", "Goal for {T}! Everyone on their feet!", "Goal for {T}! Listen to that noise!"],
        "half_time": ["Half-time: {T} {M}, {O} {N}."], "full_time": ["Full-time: {T} {M}, {O} {N}."],
        "score": ["The score: {T} {M}, {O} {N}."],
        "possession": ["It's {T} on the ball {Z}.", "It's {T} moving it along {Z}.", "It's {T} with space {Z}.", "It's {T} waiting patiently {Z}.",
                       "It's {T} building slowly {Z}.", "It's {T} passing it round {Z}.", "It's {T} keeping it well {Z}.", "It's {T} probing {Z}, no hurry."],
        "calm": ["All quiet, {T} in possession.", "All quiet, {T} take their time.", "All quiet, {T} wait for something.", "All quiet, {T} pass it about."],
        "replay": ["Here's the replay, from another angle.", "Here's the replay, watch it closely.", "Here's the replay, slowed right down."]},
    "zh": {
        "opening": ["开球了，{T}对阵{O}，走起！"], "kick_off": ["开球的是{T}，继续。", "开球的是{T}，再来。"],
        "pass": ["传球，{T}找到了队友。", "传球，{T}配合流畅。"], "pass.key": ["好一脚直塞，{T}打穿了！"], "pass.long": ["长传，{T}找前面的队友。", "长传，{T}直接打身后。"],
        "dribble": ["一路带球，{T}向前冲！", "一路带球，{T}往前推进。"], "tackle": ["漂亮的抢断，{T}赢得球权！"],
        "interception": ["及时的拦截，{T}看得准！", "及时的拦截，{T}拿下来了。"],
        "throw_in": ["界外球，是{T}的，快发。", "界外球，是{T}的，在边线。", "界外球，是{T}的，用手掷。", "界外球，是{T}的，找队友。", "界外球，是{T}的，等人跑位。"],
        "corner": ["角球，是{T}的，都上来了。", "角球，是{T}的，看这一下。", "角球，是{T}的，挤满人了。", "角球，是{T}的，全压上去。"],
        "goal_kick": ["球门球，是{T}的，不急。", "球门球，是{T}的，慢慢来。"],
        "free_kick": ["任意球，是{T}的，摆好了。", "任意球，是{T}的，怎么开呢。", "任意球，是{T}的，站好位置。"], "penalty": ["点球，给{T}！裁判指向那里。"],
        "foul": ["哨响了，{T}犯规，明显。", "哨响了，{T}犯规，动作大。", "哨响了，{T}犯规，人倒了。", "哨响了，{T}犯规，晚到了。"],
        "card.yellow": ["黄牌，{T}被警告，要小心。", "黄牌，{T}被警告，没话说。", "黄牌，{T}被警告，动作太大。"],
        "card.red": ["红牌！{T}有人被罚下！"], "shot": ["射门，{T}起脚！"], "shot.wide": ["偏了，{T}太可惜了！", "偏了，{T}只差一点！", "偏了，{T}抱头懊恼！"],
        "shot.blocked": ["挡住了！{T}没能打穿。"], "shot.post": ["击中门柱！{T}太可惜！"],
        "save": ["扑出来了，{T}门将！", "扑出来了，{T}门将真快！", "扑出来了，{T}门将立功！"],
        "goal": ["进球！{T}得分！全场沸腾！", "进球！{T}得分！太漂亮了！", "进球！{T}得分！听这欢呼！"],
        "half_time": ["半场结束：{T}{M}，{O}{N}。"], "full_time": ["全场结束：{T}{M}，{O}{N}。"], "score": ["比分：{T}{M}，{O}{N}。"],
        "possession": ["现在{T}控球，{Z}。", "现在{T}组织，{Z}。", "现在{T}拿球，{Z}。", "现在{T}找空当，{Z}。",
                       "现在{T}倒脚，{Z}。", "现在{T}压上，{Z}。", "现在{T}推进，{Z}。", "现在{T}稳住，{Z}。"],
        "calm": ["平静下来，{T}稳稳控球。", "平静下来，{T}慢慢倒脚。", "平静下来，{T}等着机会。", "平静下来，{T}不急不忙。"],
        "replay": ["我们看回放，换个角度。", "我们看回放，再看一遍。", "我们看回放，慢镜头来了。"]},
}
SURE = {"goal": 0.8, "save": 0.8, "shot": 0.6, "foul": 0.7}  # seconds until it can hardly be taken for anything else
BOARD = ("half_time", "full_time", "score")                 # read off the board, home first
NAMES = {"en": "name", "zh": "nameZh"}


class PlainBooth(lines.Booth):
    """The corpus' booth with a small vocabulary."""

    def __init__(self, truth: dict, seed: int):
        super().__init__(truth, seed)
        self.turns: dict[str, int] = {}

    def fresh(self, key: str, lang: str, filled: dict[str, str]) -> str:
        family = key.split(".")[0]
        if family in BOARD and filled["T"] != self.truth["teams"][0][NAMES[lang]]:
            filled = {**filled, "T": filled["O"], "O": filled["T"], "M": filled["N"], "N": filled["M"]}
        endings = PHRASES[lang].get(key) or PHRASES[lang][family]
        turn = self.turns[lang + key] = self.turns.get(lang + key, int(self.rng.integers(12))) + 1
        return finish(expansions(parse(fill(endings[turn % len(endings)], filled)))[0], lang)


def plain_schedule(truth: dict, seed: int) -> list[dict]:
    """As corpus.lines.schedule: [{"en": line, "zh": line}] in time order."""
    booth = PlainBooth(truth, seed)
    due = moments.moments(truth, booth.rng)
    for moment in due:
        moment.due = max(moment.due, moment.time + SURE.get(moment.key, 0.0))
    for moment in sorted(due, key=lambda m: m.due):
        booth.fill_until(moment.due)
        booth.offer(moment)
    booth.fill_until(truth["duration"])
    booth.settle(truth["duration"] + lines.LATEST)
    return booth.said


assert set(PHRASES) == set(LANGUAGES)

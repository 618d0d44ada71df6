"""English phrases, by key (see grammar.py for the marks and for what each key claims).

Rules that keep a line checkable: the team that a clause is about stands first in it or behind "by", "to", "for";
an event's own word (goal, shot, corner, …) appears only where that event is claimed.
"""

NUMBERS = ["nil", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
           "seventeen", "eighteen", "nineteen", "twenty"]
SCORE = "{0} {1}"
LEVEL = "[{0} all|{0} apiece|{0} {0}|{0} each]"
NIL_NIL = "[nil nil|goalless]"

ZONES = {
    "left_box": "[in the left box|inside the left-hand box]",
    "left_third": "[on the left|over on the left|in the left third]",
    "midfield": "[in midfield|in the middle|around the centre circle]",
    "right_third": "[on the right|over on the right|in the right third]",
    "right_box": "[in the right box|inside the right-hand box]",
}

PHRASES = {
    "opening": [
        "{T} against {O}, and [we are under way|we're off|the game is on]!",
        "{T} [get us under way|kick us off|start the match] against {O}.",
        "{T} kick off against {O}. [Here we go!|Away we go!|We're off!]",
        "[Welcome.|Here we go.|Off we go.] {T} kick off against {O}.",
        "{T} versus {O}: [kick-off|the match begins|the game is on]!",
        "[The whistle goes|There's the whistle], {T} kick off against {O}.",
    ],
    "kick_off": [
        "{T} [kick off|get us going|restart|get us back under way] [again|].",
        "[Kick-off to|Kick-off for] {T}[, here we go| in the centre circle|].",
        "{T} [take the kick-off|roll it from the centre spot|restart from the centre].",
        "[Back under way|Under way again|We go again], {T} [kick off|restart].",
        "[We restart|Off we go], with the kick-off for {T}.",
    ],
    "pass": [
        "{T} [pass it|play it|knock it|move it] [around|about|along|on] [{Z}|].",
        "{T} [find a man|pick a pass|play it simple|play it short] {Z}.",
        "[Neat|Tidy|Simple|Crisp|Short] [pass|ball] by {T} {Z}.",
        "{T} [slide|stroke|roll|push] it [to feet|across|forward|along] [{Z}|].",
        "{T} [link up|combine|exchange passes|work it] {Z}.",
    ],
    "pass.key": [
        "{T} [slip|thread|slide|play] a [clever|lovely|sharp|fine] pass [forward|through|in behind].",
        "[Lovely|Clever|Great|What a] through ball by {T}!",
        "{T} [split them open|pick the lock|find the gap] with a pass!",
        "[That's a|What a] [dangerous|killer|wonderful|piercing] pass by {T}!",
        "{T} [open it up|carve them open] with that pass!",
        "{T} play it through, [danger here|and this is a chance|and it's on]!",
    ],
    "pass.long": [
        "{T} [go long|hit it long|look long|launch it forward].",
        "[Long|Raking|Big|Searching] [ball|pass] by {T}[, up the pitch| over the top|].",
        "{T} [switch the play|spread it across|swing it across] with a long pass.",
        "{T} [ping|clip|float|send] a long pass [forward|across|over the top].",
    ],
    "dribble": [
        "{T} [drive|run|surge|push] forward with the ball [{Z}|].",
        "{T} [dribble|dance|weave|skip] [past a man|through|into space|away] [{Z}|].",
        "[Lovely|Quick|Strong|Good] dribble by {T} [{Z}|].",
        "{T} [carry it|run with it|take it on] [{Z}|forward].",
        "[A surging|A strong|A fine|A direct] run by {T}[, on the ball|].",
    ],
    "tackle": [
        "[Good|Strong|Fine|Crunching|Big|Clean] [tackle|challenge] by {T} [{Z}|].",
        "{T} [win it|take it|get it] with a [good|strong|clean|firm] [tackle|challenge].",
        "{T} [slide in and win it|go in hard and win it|nick the ball with a tackle].",
        "{T} [tackle|challenge] and [come away with it|win the ball|it's theirs] [{Z}|].",
    ],
    "interception": [
        "{T} [intercept|cut it out|pick it off|read that one] [{Z}|].",
        "[Intercepted|Cut out|Picked off|Snapped up] by {T} [{Z}|].",
        "[Good|Sharp|Smart|Alert] interception by {T} [{Z}|].",
        "{T} [step in|read it well|jump in], and [they cut it out|they intercept].",
        "[Loose pass|Poor pass|That's loose|Sloppy], intercepted by {T}.",
    ],
    "throw_in": [
        "[Throw-in|Throw] [to|for] {T} [{Z}|].",
        "[Out of play|Into touch|Over the line|It's gone out], [throw-in|throw] to {T}.",
        "{T} [will have|have|get|win] [a|the] throw-in [{Z}|].",
        "[Out for|It's] a {T} throw-in [{Z}|].",
        "[It'll be|That's] a throw-in for {T}.",
    ],
    "corner": [
        "[Corner|Corner kick] [to|for] {T}[!|.]",
        "{T} [win|have|earn|get|force] a corner [{Z}|].",
        "[Behind for|That's|It's] a {T} corner [{Z}|].",
        "{T} [win|have|get] [the|another go from a] corner, [danger here|bodies forward|up go the big men].",
        "[It's gone behind|Behind it goes|Out it goes], corner to {T}.",
        "[Flag kick|A chance|Set piece] for {T}: a corner[ {Z}|].",
    ],
    "goal_kick": [
        "[Goal kick|It'll be a goal kick|That's a goal kick] [to|for] {T}.",
        "{T} [have|take|get] [a|the] goal kick [{Z}|].",
        "[Out for|Behind for] a {T} goal kick.",
        "[Breather|Respite|Relief] for {T}, [a goal kick|it's a goal kick].",
    ],
    "free_kick": [
        "[Free kick|It's a free kick|A free kick] [to|for] {T} [{Z}|].",
        "{T} [have|get|win|take] [a|the] free kick [{Z}|].",
        "{T} [stand over|line up|get ready for] the free kick.",
        "[Dead ball|Set piece] for {T}, free kick [{Z}|].",
    ],
    "penalty": [
        "Penalty! [Penalty to|It's for|A huge chance for] {T}!",
        "[It's a|He gives a|The referee gives a|That's a] penalty to {T}!",
        "{T} have a penalty[, what drama|, huge moment|]!",
        "[The referee points to the spot|He points to the spot], penalty for {T}!",
        "Penalty kick for {T}[, unbelievable|, here's the chance|]!",
    ],
    "foul": [
        "[Foul|That's a foul|It's a foul|Clear foul|Late one, foul] by {T}[ {Z}|].",
        "{T} [commit|give away|are pulled up for|are penalised for] [a|the] foul [{Z}|].",
        "[The whistle goes|The referee blows|Whistle], foul by {T}.",
        "[Man down|Down he goes|He's brought down], [foul|fouled] by {T}.",
        "[Clumsy|Cynical|Needless|Careless] foul by {T}[ {Z}|].",
    ],
    "card.yellow": [
        "Yellow card [for|to] {T}[!|.]",
        "[The card comes out|Out comes the card|Card out], yellow card for {T}.",
        "{T} [have|pick up|collect|get] a yellow card.",
        "[Booked|That's a booking|He's in the book]! Yellow card [for|to] {T}.",
        "[The referee|He] shows [a|the] yellow card to {T}.",
        "{T} [go into the book|see a man booked|have a man booked].",
    ],
    "card.red": [
        "Red card! {T} are down to ten[, huge drama|]!",
        "Red card [for|to] {T}[, he's off| and off he goes|]!",
        "[He's off|Off he goes|Sent off]! Red card for {T}!",
        "[Straight|It's|Out comes] the red card for {T}!",
        "{T} [have a man sent off|see a red card]!",
        "[The referee|He] shows [a|the] red card to {T}!",
    ],
    "shot": [
        "[Shot|Strike|Effort] [by|from] {T}!",
        "{T} [shoot|let fly|have a go|go for goal|take aim|pull the trigger]!",
        "{T} [with the shot|with a shot|with a strike]!",
        "[Here's|It's|That's] a {T} shot!",
        "{T} [shoot|let fly|have a go|go for goal] [{Z}|]!",
        "[Hit by|Struck by|Shot taken by] {T}!",
    ],
    "shot.wide": [
        "[Wide|Just wide|Well wide|Narrowly wide|It's wide] by {T}.",
        "[Wide|Just wide|Off target|Past the post]! {T} [miss|waste it|can't believe it|are off target].",
        "{T} [put it wide|send it wide|drag it wide|miss the target|are off target].",
        "[Over the bar|Over it goes|High and wide] by {T}.",
        "[Ooh|Oh|Close], {T} [put it wide|pull it wide|miss the target].",
    ],
    "shot.blocked": [
        "Blocked! [{T} can't get it through|No way through for {T}|{T} are shut out].",
        "[It's|That's|And it's] blocked, no way through for {T}.",
        "{T} [are blocked|have it blocked|see it blocked][, good defending|, bodies in the way|].",
        "[Blocked away|Charged down|Blocked], {T} [are denied|will have to try again|can't find a way].",
    ],
    "shot.post": [
        "[Off the post|It hits the post|Against the post|Off the woodwork]! [So close|Unlucky|Inches away] for {T}!",
        "{T} [hit the post|strike the post|rattle the woodwork|hit the woodwork]!",
        "[Oh|Ooh|Denied]! {T} [hit the post|strike the woodwork|are denied by the post]!",
        "[The post|The woodwork] denies {T}! [So close|Inches away]!",
    ],
    "save": [
        "[Saved|Great save|What a save|Good save|Fine save|Brilliant save] by the {T} keeper!",
        "The {T} keeper [saves|makes the save|saves it|gets down to save|dives to save|beats it away]!",
        "[Saved|Kept out|Parried|Beaten away|Pushed away|Tipped away] by {T}!",
        "[Saved|And it's saved]! [Good hands|Great hands|Superb] by the {T} keeper!",
        "{T} are saved by their keeper!",
        "[What a stop|Great stop|Superb stop] by the {T} keeper!",
    ],
    "goal.ahead": [
        "[Goal|GOAL|Goal, goal]! {T} lead {A}!",
        "[Goal for|It's a goal for|What a goal by] {T}! [{A}|It's {A}|{A} to {T}]!",
        "{T} score! [{A}|It's {A}|They lead {A}]!",
        "[It's in|In the net|Into the net|They've scored|Goal]! [{A} to {T}|{T} lead {A}]!",
        "Goal! {T} {M}, {O} {N}!",
        "{T} [find the net|put it in the net|have scored]! [{A}|They lead {A}]!",
    ],
    "goal.level": [
        "[Goal|GOAL|Goal, goal]! {T} are level, {L}!",
        "[Goal for|It's a goal for] {T}! [{L}|It's {L}|All square at {L}]!",
        "{T} [score|equalise|have scored]! [{L}|It's {L}|Now {L}]!",
        "[It's in|In the net|Into the net|Goal]! {T} make it {L}!",
        "{T} [find the net|put it in the net]! [It's {L}|{L}]!",
    ],
    "goal.behind": [
        "[Goal|GOAL|Goal, goal]! {T} score, still {A} to {O}!",
        "[Goal for|It's a goal for] {T}! [Now {A} to {O}|{O} lead {A}]!",
        "{T} [score|have scored|get a goal back]! [It's {A} to {O}|{O} still lead {A}]!",
        "[It's in|In the net|Goal]! {T} [score|get a goal back], {O} lead {A}!",
        "{T} [find the net|put it in the net]! {O} lead {A}!",
    ],
    "half_time.ahead": [
        "[Half-time|That's half-time|Half-time here]: {T} {M}, {O} {N}.",
        "[Half-time|The whistle goes for half-time|It's half-time], and {T} lead {A}.",
        "Half-time, [it's|and it's] {A} to {T}.",
    ],
    "half_time.level": [
        "[Half-time|That's half-time|Half-time here]: [it's|] {L}.",
        "[Half-time|The whistle goes for half-time|It's half-time], and it's {L}.",
        "Half-time: {T} {M}, {O} {N}.",
    ],
    "full_time.ahead": [
        "[Full-time|That's full-time|It's all over]: {T} {M}, {O} {N}.",
        "[Full-time|The final whistle|It's all over], and {T} win {A}.",
        "[Full-time|The final whistle], it ends {A} to {T}.",
    ],
    "full_time.level": [
        "[Full-time|That's full-time|It's all over]: [it ends|] {L}.",
        "[Full-time|The final whistle|It's all over], and it ends {L}.",
        "Full-time: {T} {M}, {O} {N}.",
    ],
    "score.ahead": [
        "[Still|It's still|It remains|It stays] {A} to {T}.",
        "{T} [lead|still lead|are leading] {A} [here|].",
        "The score: {T} {M}, {O} {N}.",
        "[A reminder|The score]: {A} to {T}.",
        "[It's|We have] {A} to {T} [here|at the moment|].",
    ],
    "score.level": [
        "[Still|It's still|It remains|It stays] {L}.",
        "[All square|Level|Nothing in it] here, {L}.",
        "The score: {T} {M}, {O} {N}.",
        "[A reminder|The score]: [it's|] {L}.",
    ],
    "possession": [
        "{T} [have it|on the ball|have the ball|in possession] {Z}.",
        "[It's {T}|{T} now|Here are {T}|{T} again|{T} then] [on the ball|in possession] {Z}.",
        "{T} [keep it|look after it|hold on to it|build] {Z}.",
        "{T} [are patient|take a look|look for a way through|look for space] {Z}.",
        "{T} [probe|press on|come forward|look up] {Z}.",
        "The ball [with|is with] {T} {Z}.",
    ],
    "calm": [
        "{T} [take their time|slow it down|are in no hurry|take a breather] [{Z}|].",
        "[All quiet|A quiet spell|Gentle stuff|Not much on], {T} [have it|keep it|in possession] [{Z}|].",
        "{T} [stroll|knock it about|keep it ticking over|wait for an opening] {Z}.",
        "[Patient|Calm|Unhurried|Quiet] from {T} [{Z}|].",
        "[The tempo drops|It's calmed down|Nothing urgent here], {T} in possession.",
    ],
    "replay": [
        "[Let's see|Here is|Have a look at|Another look at] [that one|it] again [on the replay|].",
        "[Here's|This is|We have] the replay.",
        "[Another look|A second look|One more look] [at that|at it|from here].",
    ],
    "replay.goal": [
        "[Another look at|A second look at|One more look at] that goal.",
        "[Here's|This is] [that goal again|the goal again|the replay of the goal].",
        "[The goal again|That goal once more|Watch the goal again][, from another angle|, in slow motion|].",
        "[Look again at|Let's see again] how that [went in|was scored].",
    ],
    "replay.chance": [
        "[Another look at|A second look at|One more look at] that [chance|effort|attempt].",
        "[Here's|This is] [that chance again|the replay of that chance].",
        "[Watch that again|Look at that again|That one again][, from another angle|, in slow motion|].",
        "[The replay shows|On the replay you see] how close [that was|it was].",
    ],
    "replay.foul": [
        "[Another look at|A second look at|One more look at] that [challenge|foul].",
        "[Here's|This is] [that challenge again|the replay of the foul].",
        "[Watch the contact again|Look at the contact again][, in slow motion|].",
    ],
    "no_match": [
        "No match on screen.",
        "[There is|There's] no football [to see|on screen|here].",
        "[No football|No game] to describe [here|right now|].",
        "I [don't|can't] see a match here.",
        "[Waiting for the match|Waiting for the football] [to appear|].",
    ],
}

/** Words of the game that a general English dictionary has not, or has only as a name. */
export const FOOTBALL_WORDS: ReadonlySet<string> = new Set(
  (
    'backheel backpass booking byline cannon chance chase clearance corner counter-attack cross crossbar curler cutback ' +
    'deflection derby dink dispossessed dribble dummy equaliser equalizer finish flick foul free-kick fulltime full-time ' +
    'goal goalkeeper goalless goalline goalmouth goal-kick golazo half halftime half-time halfway handball header hosts ' +
    'intercepted interception keeper kick kick-off kickoff linesman midfield midfielder miskick nil nutmeg offside ' +
    'one-two onside opener overhead overhit overlap own-goal panenka parry pass penalty pitch playmaker possession post press ' +
    'rabona rebound red referee restart save scissor-kick scorer screamer shot sideline skipper stoppage stopper striker ' +
    'strike substitute substitution sweeper tackle tackler tap-in throw throw-in toe-poke touchline turnover underhit ' +
    'upfield var visitors volley wall whistle wide winger woodwork yellow'
  ).split(' '),
);

/** What people of the game are called by their work; with a name behind it, the work alone says who it is. */
export const ROLES: ReadonlySet<string> = new Set(
  (
    'captain coach defender forward full-back goalkeeper keeper left-back manager midfielder playmaker referee right-back ' +
    'skipper striker substitute winger'
  ).split(' '),
);

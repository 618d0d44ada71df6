/** Scores of several matches as one: counts are added up, other measures averaged over the matches that have them. */
export function average(scores) {
  const sum = (pick) => scores.reduce((total, score) => total + pick(score), 0);
  const mean = (pick) => {
    const known = scores.map(pick).filter((value) => value !== null && Number.isFinite(value));
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0) / known.length;
  };
  const together = (pick) => {
    const [happened, claimed, matched] = ['happened', 'claimed', 'matched'].map((name) =>
      sum((score) => pick(score)[name]),
    );
    return {
      precision: claimed > 0 ? matched / claimed : null,
      recall: happened > 0 ? matched / happened : null,
      f1: happened + claimed > 0 ? (2 * matched) / (happened + claimed) : null,
    };
  };
  const types = Object.keys(scores[0].byType);
  const byType = types.map((type) => [`${type} F1`, together((score) => score.byType[type]).f1]);
  const goals = together((score) => score.byType.goal);
  return {
    'events F1': together((score) => score.events).f1,
    ...Object.fromEntries(byType),
    'goal recall': goals.recall,
    'goal precision': goals.precision,
    'team right': mean((score) => score.teamRight),
    'possession right': mean((score) => score.possessionRight),
    'score right': mean((score) => score.scoreRight),
    'speak/silence F1': mean((score) => score.talkF1),
    'invented per minute': mean((score) => score.inventedPerMinute),
    'replays called as new': mean((score) => score.replaysCalledAsNew),
    'TimeDiff, s': mean((score) => score.timeDiff),
    'talk density': mean((score) => score.talkDensity),
    'mean gap, s': mean((score) => score.gaps.mean),
    'repeat rate': mean((score) => score.repeatRate),
  };
}

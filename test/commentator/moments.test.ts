import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { momentOf, namesMoment } from '../../src/commentator/moments.js';
import { claimsOf } from '../../src/language/claims.js';
import { SMALL_TALK } from '../../src/media/precedence.js';

describe('momentOf', () => {
  it.each([
    ['Goal! Red lead two one!', 'goal'],
    ['What a GOOOAL by Blue!', 'goal'],
    ['Red score! Now one each!', 'goal'],
    ["It's in! Blue equalise!", 'goal'],
    ['Red go for goal!', 'shot'],
    ['Red send it over the bar.', 'wide'],
    ['The keeper saves it, corner for Blue.', 'save'],
    ['Penalty to Red!', 'penalty'],
    ['Into the penalty area.', 'other'],
    ['Goal kick for Red.', 'goal kick'],
    ['The score: one each.', 'other'],
    ['Red push towards goal.', 'other'],
    ['Second yellow card, and a red card!', 'red card'],
    ['Throw-in to Blue on the left.', 'throw-in'],
    ['Another look at that goal.', 'replay'],
    ['A man walks his dog.', 'other'],
    ['Just wide of the post!', 'wide'],
    ['Off the inside of the post!', 'woodwork'],
    ['Red spread it wide, and Blue are wide open.', 'other'],
    ['Wide on the right, Red have room.', 'other'],
    ["It's all over, and Red win.", 'whistle'],
    ['Red are all over Blue here.', 'other'],
    ['They keep the post-match interviews short.', 'other'],
    ['So close to a goal for Red!', 'other'],
    ['What a save to deny Blue a goal!', 'save'],
    ['Goal disallowed!', 'other'],
    ['No goal! Offside.', 'offside'],
    ['Red need a goal, and they push forward.', 'other'],
    ['That would have been the opening goal.', 'other'],
    ['Red almost score!', 'other'],
    ['Red have not scored yet.', 'other'],
    ['He should have scored. He has now! Goal!', 'goal'],
    ['Could not be simpler! Red score!', 'goal'],
    ['Nearly the end, and Blue find the net!', 'goal'],
    ["That's a goal, the one they looked for!", 'goal'],
    ['A goal-scoring chance for Red.', 'other'],
    ['The scores are level.', 'other'],
    ['Prado, who scored, waits.', 'other'],
    ['A cross to the far post, and cleared.', 'other'],
    ['Off the near post!', 'woodwork'],
    ['Five minutes to full-time.', 'other'],
    ['Red want another before half-time.', 'other'],
    ['That takes us to half-time.', 'whistle'],
    ['距离比赛结束还有五分钟。', 'other'],
    ['红队带球进入禁区。', 'other'],
    ['红队任意球进攻。', 'free kick'],
    ['红队任意球进了！', 'goal'],
    ['红队攻入对方半场。', 'other'],
    ['得分机会，红队！', 'other'],
    ['红队攻入一球！', 'goal'],
    ['红队差点进球！', 'other'],
    ['进了！红队领先！', 'goal'],
    ['红队攻进了禁区。', 'other'],
    ['进球无效，越位在先。', 'offside'],
    ['差一点！红队补射破门！', 'goal'],
    ['红队进球！二比一领先！', 'goal'],
    ['没有进球，球门球。', 'goal kick'],
    ['点球！判给红队！', 'penalty'],
    ['好扑救，红队门将！', 'save'],
    ['红队射门！', 'shot'],
    ['再来看看刚才的进球。', 'replay'],
    ['红队开球门球。', 'goal kick'],
    ['红队在中场传球。', 'other'],
    ["It's in the box.", 'other'],
    ["And it's in the hands of the keeper.", 'other'],
    ['What a chance to score!', 'other'],
    ['Red have a chance to equalise.', 'other'],
    ['Red fail to score.', 'other'],
    ['Red are yet to score.', 'other'],
    ['Neither side has scored.', 'other'],
    ['He misses an open goal!', 'other'],
    ['Blue attack the Red goal.', 'other'],
    ['The keeper guards his goal.', 'other'],
    ['Scores level at the break.', 'other'],
    ['A cross in front of the net.', 'other'],
    ['It lands on the roof of the net.', 'other'],
    ['Into the side of the net.', 'other'],
    ['红队未能破门。', 'other'],
    ['红队没能进球。', 'other'],
    ['红队无法得分。', 'other'],
    ['红队试图破门。', 'other'],
    ['红队想要进球。', 'other'],
    ['红队差一点进了！', 'other'],
    ['球差点就进了！', 'other'],
    ['红队没打进。', 'other'],
    ['没有打进！', 'other'],
    ['红队希望追平。', 'other'],
    ['蓝队有机会扳平。', 'other'],
    ['红队带球攻入前场。', 'other'],
    ['Red score into an empty goal!', 'goal'],
    ['Red find the back of the net!', 'goal'],
    ['Into the roof of the net, what a finish!', 'goal'],
    ['It’s in!', 'goal'],
    ['An own goal by Blue!', 'goal'],
    ["That's goal number two!", 'goal'],
    ["A shot at the keeper, wide of Yellow's goal.", 'shot'],
    ['Red manage to score!', 'goal'],
    ['A second goal for Red!', 'goal'],
    ['没想到球进了！', 'goal'],
    ['红队门前没有浪费机会，进球！', 'goal'],
    ['A goal-bound shot is blocked.', 'shot'],
    ['进球被判无效！', 'other'],
    ['进球因越位被取消。', 'offside'],
    ['门将扑出必进球！', 'save'],
  ])('tells %j as %s', (text, kind) => {
    expect(momentOf(text).kind).toBe(kind);
  });

  it('knows every goal, miss, corner and throw-in that the lexicon reads in the lines of the bundled model', () => {
    const lines: { lang: string; text: string }[] = JSON.parse(
      readFileSync(new URL('../language/claims.json', import.meta.url), 'utf8'),
    );
    const goals = lines.filter(({ lang, text }) => claimsOf(text, lang).some(({ type }) => type === 'goal'));
    expect(goals.length).toBeGreaterThan(20);
    expect(goals.filter(({ text }) => momentOf(text).kind !== 'goal')).toEqual([]);
    const moments = [
      ['wide', 'wide'],
      ['corner', 'corner'],
      ['throw_in', 'throw-in'],
    ] as const;
    for (const [claim, moment] of moments) {
      const told = lines.filter(({ lang, text }) => claimsOf(text, lang).some(({ type }) => type === claim));
      expect(told.length).toBeGreaterThan(5);
      expect(told.filter(({ text }) => !namesMoment(moment, text))).toEqual([]);
    }
  });

  it('makes a goal the biggest of all and ordinary play small', () => {
    expect(momentOf('Goal for Red!').importance).toBe(1);
    expect(momentOf('Red pass it around.').importance).toBe(SMALL_TALK);
  });
});

import { describe, expect, it } from 'vitest';
import { momentOf } from '../../src/commentator/moments.js';
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
    ['红队进球！二比一领先！', 'goal'],
    ['没有进球，球门球。', 'goal kick'],
    ['点球！判给红队！', 'penalty'],
    ['好扑救，红队门将！', 'save'],
    ['红队射门！', 'shot'],
    ['再来看看刚才的进球。', 'replay'],
    ['红队开球门球。', 'goal kick'],
    ['红队在中场传球。', 'other'],
  ])('tells %j as %s', (text, kind) => {
    expect(momentOf(text).kind).toBe(kind);
  });

  it('makes a goal the biggest of all and ordinary play small', () => {
    expect(momentOf('Goal for Red!').importance).toBe(1);
    expect(momentOf('Red pass it around.').importance).toBe(SMALL_TALK);
  });
});

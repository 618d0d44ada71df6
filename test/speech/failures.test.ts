import { describe, expect, it } from 'vitest';
import { BoothError } from '../../src/errors.js';
import { SpeechFailures } from '../../src/speech/failures.js';

function counting() {
  const told: string[] = [];
  let drops = 0;
  const failures = new SpeechFailures(
    () => {
      drops += 1;
    },
    (error) => told.push(error.message),
  );
  const fail = (...messages: string[]) => {
    for (const message of messages) failures.failed(new BoothError('SPEECH_FAILED', message));
  };
  return { failures, fail, told, drops: () => drops };
}

describe('SpeechFailures', () => {
  it('warns at once, and once, where nothing was ever spoken', () => {
    const { fail, told, drops } = counting();
    fail('no audio device', 'no audio device', 'no audio device', 'no audio device');
    expect(told).toEqual(['no audio device']);
    expect(drops()).toBe(4);
  });

  it('bears a bad line or two of a voice that works, and warns of a spell', () => {
    const { failures, fail, told } = counting();
    failures.succeeded();
    fail('a', 'b');
    failures.succeeded();
    expect(told).toEqual([]);
    fail('c', 'd', 'e', 'f');
    expect(told).toEqual(['e']);
  });
});

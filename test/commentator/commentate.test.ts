import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { commentate } from '../../src/commentator/commentate.js';
import type { CommentateConfig, CommentateDeps } from '../../src/commentator/commentator.js';
import { createMemory } from '../../src/commentator/memory.js';
import type { Cue } from '../../src/media/cue.js';
import type { Remark } from '../../src/media/remark.js';
import { CONFIG, line, partial, silence, tell } from './support.js';

const deps: CommentateDeps = {
  clock: { now: () => 0 },
  onDrop: () => {},
  droppedClips: () => 0,
  checkNames: null,
  speechTime: () => 0,
};

function marbles(run: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0]) => void): void {
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(run);
}

function operator(config: Partial<CommentateConfig> = {}) {
  return commentate({ ...CONFIG, ...config }, createMemory(CONFIG), deps);
}

describe('commentate', () => {
  it('never ends when the remarks never end', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold<Remark>('-').pipe(operator())).toBe('-');
    });
  });

  it('completes without a cue when nothing was said', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold<Remark>('--|').pipe(operator())).toBe('--|');
    });
  });

  it('passes an error on, after taking back the line that it broke off', () => {
    const [first] = tell([partial(1, 'Blue look')]).forms as [Cue];
    const failure = new Error('the model is gone');
    marbles(({ cold, expectObservable }) => {
      const remarks = cold<Remark>('a-#', { a: partial(1, 'Blue look') }, failure);
      expectObservable(remarks.pipe(operator())).toBe(
        'a-(b#)',
        { a: first, b: { ...first, final: true, end: first.start } },
        failure,
      );
    });
  });

  it('unsubscribes from the remarks when its subscriber leaves', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const remarks = hot<Remark>('-a-b-', { a: silence(1), b: line(2, 'Corner for Red.') });
      expectObservable(remarks.pipe(operator()), '^-!').toBe('---');
      expectSubscriptions(remarks.subscriptions).toBe('^-!');
    });
  });

  it('sends each form in the turn of the remark that caused it', () => {
    const remarks = {
      a: partial(1, 'Red'),
      b: partial(1, 'Red win'),
      c: line(1, 'Red win a corner.'),
      s: silence(2),
    };
    const { forms } = tell(Object.values(remarks));
    const [a, b, c] = forms as [Cue, Cue, Cue];
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold<Remark>('-a-b-c-s-|', remarks).pipe(operator())).toBe('-a-b-c---|', { a, b, c });
    });
  });

  it('starts from the beginning for every subscriber', () => {
    marbles(({ cold, expectObservable }) => {
      const cues = cold<Remark>('a|', { a: line(1, 'Corner for Red.') }).pipe(operator());
      const { forms } = tell([line(1, 'Corner for Red.')]);
      expectObservable(cues).toBe('a|', { a: forms[0] });
      expectObservable(cues, '---^').toBe('---a|', { a: forms[0] });
    });
  });
});

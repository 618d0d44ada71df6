import { Observable, type OperatorFunction } from 'rxjs';
import type { Cue } from '../media/cue.js';
import type { Remark } from '../media/remark.js';
import { type CommentateConfig, type CommentateDeps, Commentator } from './commentator.js';
import type { Memory } from './memory.js';

/**
 * Turns what the model says into timed cues (`docs/cue.md`): any number of partial forms, then a final one with
 * the same `seq` and `id`; a final cue can be cut once by a bigger moment. Cues never overlap, stay as long as they
 * take to read, and repeat nothing; what is held back is told to `onDrop`. Notes every final cue in `memory`.
 *
 * A function of the remarks alone, without timers: the same remarks give the same cues, save for
 * `captureToCaptionMs` when live. Cues come in the same turn as the remark that caused them.
 */
export function commentate(
  config: CommentateConfig,
  memory: Memory,
  deps: CommentateDeps,
): OperatorFunction<Remark, Cue> {
  return (remarks) =>
    new Observable((subscriber) => {
      const commentator = new Commentator(config, memory, deps);
      const send = (cues: readonly Cue[]) => {
        for (const cue of cues) subscriber.next(cue);
      };
      return remarks.subscribe({
        next: (remark) => send(commentator.hear(remark)),
        error: (error: unknown) => {
          send(commentator.stop());
          subscriber.error(error);
        },
        complete: () => {
          send(commentator.stop());
          subscriber.complete();
        },
      });
    });
}

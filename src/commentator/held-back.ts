import type { Clip } from '../media/clip.js';
import type { Remark } from '../media/remark.js';
import { silenceOf } from './gate.js';
import { momentOf } from './moments.js';

/**
 * The remarks of a look that the gate would not have allowed, for models that must see every clip: what is at least as important as
 * `bigAt` (0–1) is said all the same, all else is a silence of the gate.
 */
export async function* heldBack(
  remarks: AsyncIterable<Remark>,
  clip: Clip,
  bigAt: number,
): AsyncGenerator<Remark> {
  for await (const remark of remarks) {
    if (remark.kind === 'silence' || momentOf(remark.text).importance >= bigAt) yield remark;
    else if (remark.final) yield* silenceOf(clip, remark.saidAt);
  }
}

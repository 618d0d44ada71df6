/**
 * Why something was let go. `skip` is the sampler's choice; the others are overload or failure.
 * Every one is counted and shown: nothing disappears silently.
 */
export type DropReason =
  /** A newer clip came while the model was busy. */
  | 'overload'
  /** The model failed or timed out on the clip. */
  | 'inference'
  /** The line repeated one said shortly before. */
  | 'repeat'
  /** The line came too late to be worth saying. */
  | 'stale'
  /** The line was cut off by one that matters more, or had no room on the time line. */
  | 'crowded'
  /** The line claimed what cannot be so after what was said before. */
  | 'contradiction'
  /** The line named somebody who is not in the roster, and could not be said without the name. */
  | 'name'
  /** The model's own confidence was under the limit. */
  | 'unsure'
  /** The speech engine failed or could not keep up. */
  | 'speech';

export type DropCounts = Readonly<Record<DropReason, number>>;

/** Told once for each drop; must not throw. */
export type OnDrop = (reason: DropReason) => void;

/** A counter for `OnDrop`. */
export function dropCounter(): { readonly onDrop: OnDrop; counts(): DropCounts; total(): number } {
  const counts: Record<DropReason, number> = {
    overload: 0,
    inference: 0,
    repeat: 0,
    stale: 0,
    crowded: 0,
    contradiction: 0,
    name: 0,
    unsure: 0,
    speech: 0,
  };
  return {
    onDrop: (reason) => {
      counts[reason] += 1;
    },
    counts: () => ({ ...counts }),
    total: () => Object.values(counts).reduce((sum, count) => sum + count, 0),
  };
}

/** Uniform numbers, 0 ≤ x < 1. */
export type Random = () => number;

/**
 * The sfc32 generator (Chris Doty-Humphrey, PractRand), seeded with two numbers: the same seeds give the same sequence on every machine.
 * The first twelve numbers are thrown away, as its author does to mix the seed in.
 */
export function seededRandom(seed: number, stream = 0): Random {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = stream | 0;
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

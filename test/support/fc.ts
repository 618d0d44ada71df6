import fc from 'fast-check';

/** Draws the same cases in every run, so that what is red is red for everybody: `FC_SEED=7 npm test` looks at others. */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_261_130) });

export { fc };

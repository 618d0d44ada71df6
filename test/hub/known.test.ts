import { describe, expect, it } from 'vitest';
import { knownModels } from '../../src/hub/known.js';
import { manifestSchema } from '../../src/vlm/manifest.js';

const models = await knownModels();

describe('models/known', () => {
  it('holds models, each once', () => {
    expect(models.length).toBeGreaterThan(5);
    expect(new Set(models.map(({ repository }) => repository)).size).toBe(models.length);
  });

  it.each(models.map((model) => [model.repository, model] as const))(
    'tells of %s what can be held to',
    (_name, model) => {
      expect(
        Object.keys(model.megabytes ?? {}).filter((dtype) => !model.dtypes.some((known) => known === dtype)),
      ).toEqual([]);
      if (model.booth !== undefined) expect(manifestSchema.safeParse(model.booth).error).toBeUndefined();
      // Nothing may be said to have been run that Booth cannot open.
      if (model.ran) expect(model.booth).toBeDefined();
    },
  );
});

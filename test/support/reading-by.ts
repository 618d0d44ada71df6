import type { Model } from '../../src/vlm/model.js';

/** The model, which reads every token by `extend`, one at a time. */
export function readingBy<M extends Model>(model: M, extend: Model['extend']): M {
  const extendEach: Model['extendEach'] = async (context, ids, cancelled) => [
    await extend(context, [{ ids: ids.slice(0, 1) }], cancelled),
  ];
  return { ...model, extend, extendEach };
}

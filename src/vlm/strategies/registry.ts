import type { Model } from '../model.js';
import type { Strategy } from './strategy.js';
import { StreamingSession } from './streaming.js';

/** Every strategy, by the name that a model's manifest gives. */
const STRATEGIES: Readonly<Record<StrategyName, (model: Model) => Strategy>> = {
  streaming: (model) => new StreamingSession(model),
};

type StrategyName = Model['folder']['manifest']['strategy'];

/** A new stream on `model`, by the strategy that its manifest names. */
export function newStrategy(model: Model): Strategy {
  return STRATEGIES[model.folder.manifest.strategy](model);
}

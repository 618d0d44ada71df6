import type { AnswerSettings } from '../decoding/settings.js';
import { isStreaming, type Model } from '../model.js';
import { HistorySession } from './history.js';
import type { Strategy } from './strategy.js';
import { StreamingSession } from './streaming.js';

/** A new stream on `model`: `streaming` where its manifest says so, else `history`. */
export function newStrategy(model: Model, settings?: AnswerSettings): Strategy {
  return isStreaming(model) ? new StreamingSession(model, settings) : new HistorySession(model, settings);
}

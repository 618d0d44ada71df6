import { BoothError } from '../errors.js';
import { type Clip, clipInfo } from '../media/clip.js';
import type { OnDrop } from '../media/drops.js';
import type { Remark } from '../media/remark.js';
import type { Clock } from '../media/time.js';
import type { LookStats, PromptContext, Vlm, VlmSession } from './vlm.js';

export interface RemarkDeps {
  readonly clock: Clock;
  readonly onDrop: OnDrop;
  readonly onWarning: (error: BoothError) => void;
  /** Told what the look cost, once it has ended. */
  readonly onEnd?: (stats: LookStats) => void;
  readonly signal?: AbortSignal;
}

/**
 * One look as remarks. A look that fails is counted as a drop and says nothing; only errors that no
 * later look could survive (policy `fatal`) go on to the caller.
 */
export async function* remarks(
  vlm: Vlm,
  session: VlmSession,
  clip: Clip,
  context: PromptContext,
  deps: RemarkDeps,
): AsyncGenerator<Remark> {
  const info = clipInfo(clip);
  try {
    for await (const event of session.look(clip, context, deps.signal)) {
      if (event.kind !== 'text') deps.onEnd?.(event.stats);
      const { confidence, model = vlm.info.name, prompt = '' } = event;
      const said = { clip: info, model, prompt, confidence, saidAt: deps.clock.now() };
      if (event.kind === 'silence') yield { kind: 'silence', ...said };
      else {
        const reasoning = event.kind === 'end' ? (event.reasoning ?? null) : null;
        const { speaker } = context;
        yield { kind: 'line', text: event.text, final: event.kind === 'end', reasoning, speaker, ...said };
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof BoothError) || thrown.policy === 'fatal') throw thrown;
    deps.onDrop('inference');
    deps.onWarning(thrown);
  }
}

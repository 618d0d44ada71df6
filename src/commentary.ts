import { type MonoTypeOperatorFunction, type OperatorFunction, pipe, tap } from 'rxjs';
import { commentate } from './commentator/commentate.js';
import { createEndings } from './commentator/endings.js';
import type { Match } from './commentator/match.js';
import { createMemory } from './commentator/memory.js';
import { createPace } from './commentator/pace.js';
import type { Config } from './config.js';
import type { Clip } from './media/clip.js';
import type { Cue } from './media/cue.js';
import type { DropReason } from './media/drops.js';
import type { Recollection } from './media/recollection.js';
import type { Remark } from './media/remark.js';
import type { Clock } from './media/time.js';
import type { Meter } from './meter.js';
import { Director } from './personas/director.js';
import type { Persona } from './personas/persona.js';
import type { OnLine } from './record/schema.js';
import { promptHash } from './vlm/prompt-hash.js';
import type { PromptContext } from './vlm/vlm.js';

export interface CommentaryOptions {
  /** Its commentator's `lang` and `channel` are those of the track. */
  readonly config: Config;
  /** Who speaks. */
  readonly persona: Persona;
  /** Who plays, and who may be named. */
  readonly match: Match;
  readonly live: boolean;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Told all that the commentary is given and decides, in order. */
  readonly onLine: OnLine;
}

/**
 * The part of a track that a replay repeats: what the model is told with a clip, and what becomes of its remarks. Everything in
 * it follows from the clips and remarks and the times at which they come: within the turn of a remark the clock stands still.
 */
export interface Commentary {
  context(clip: Pick<Clip, 'seq' | 'end' | 'sceneCut'>): PromptContext;
  readonly commentate: OperatorFunction<Remark, Cue>;
  /** The voice took so many seconds for a text. */
  spoken(text: string, seconds: number): void;
  /** What is remembered at `at`, seconds of presentation time. */
  recall(at: number): Recollection;
}

export function openCommentary(options: CommentaryOptions): Commentary {
  const { config, match, live, clock, meter, onLine } = options;
  const { channel } = config.commentator;
  const memory = createMemory(config.commentator, match);
  const endings = createEndings(config.commentator.repeatWindow, config.commentator.lang, match.teams);
  const { file, roles } = options.persona;
  const pace = createPace({
    ...config.commentator,
    density: config.commentator.density || file.density,
    wordsPerMinute: config.speech.wordsPerMinute * roles[0].voice.rate,
  });
  const director = new Director(options.persona, {
    get wordsPerMinute() {
      return pace.wordsPerMinute() / roles[0].voice.rate;
    },
    reasoning: config.commentator.reasoning,
    event: match.event,
  });
  let at = clock.now();
  const deps = {
    clock: { now: () => at },
    onDrop: (reason: DropReason) => {
      meter.drop(reason);
      onLine({ kind: 'drop', channel, reason });
    },
    droppedClips: meter.droppedClips,
    checkNames: match.checkNames,
    speechTime: pace.speechTime,
  };
  const ended = () => onLine({ kind: 'ended', at: clock.now(), channel });
  const hear: MonoTypeOperatorFunction<Remark> = tap({
    next: (remark) => {
      at = clock.now();
      meter.remark(remark);
      const { clip, ...said } = remark;
      onLine({ kind: 'remark', at, channel, clip: clip.seq, remark: said });
    },
    error: ended,
    complete: ended,
  });
  const say: MonoTypeOperatorFunction<Cue> = tap((cue) => {
    meter.cue(cue);
    director.note(cue);
    pace.note(cue);
    endings.note(cue);
    onLine({ kind: 'cue', cue });
  });
  return {
    context: (clip) => {
      const { end } = clip;
      const known = { ...memory.context(end), seconds: pace.lineSeconds(end), worn: endings.worn(end) };
      const context = { ...known, ...director.direct(known, clip) };
      // Instructions are long and follow from the persona, which the header has.
      const told = { ...context, instructions: promptHash(context.instructions) };
      onLine({ kind: 'look', at: clock.now(), channel, clip: clip.seq, context: told });
      return context;
    },
    spoken: (text, seconds) => {
      onLine({ kind: 'spoken', at: clock.now(), channel, text, seconds });
      pace.measure(text, seconds);
    },
    recall: (at) => {
      const { recent, facts, summary } = memory.context(at);
      return { channel, at, recent, facts, summary };
    },
    commentate: pipe(hear, commentate({ ...config.commentator, live }, memory, deps), say),
  };
}

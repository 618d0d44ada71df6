import type { Config } from './config.js';
import type { BoothError } from './errors.js';
import type { Clip } from './media/clip.js';
import type { Clock } from './media/time.js';
import type { Persona } from './personas/persona.js';
import { type OnLine, SESSION_VERSION, type SessionClip } from './record/schema.js';
import { SessionWriter } from './record/writer.js';
import type { Roster } from './roster/roster.js';
import type { SourceInfo } from './source/source.js';
import { VERSION } from './version.js';
import type { ModelInfo } from './vlm/vlm.js';

export interface RecordingOptions {
  /** Where the session goes; nothing is recorded without it. */
  readonly dir: string | undefined;
  readonly live: boolean;
  readonly config: Config;
  readonly langs: readonly string[];
  readonly persona: Persona;
  readonly roster: Roster | null;
  readonly model: ModelInfo;
  readonly clock: Clock;
  readonly onWarning: (error: BoothError) => void;
}

/** Takes down what a run is given and what it decides, for `replay.ts`. */
export interface Recording {
  readonly onLine: OnLine;
  input(source: SourceInfo): void;
  clip(fate: SessionClip['fate'], clip: Clip): void;
  restart(error: BoothError): void;
  warning(error: BoothError): void;
  end(): void;
  /** What has no input is no session, and is not kept. */
  close(): void;
}

/** Begins with all that a replay must know. Raises RECORD_UNWRITABLE. */
export function openRecording(options: RecordingOptions): Recording {
  const { dir, clock, onWarning } = options;
  const writer = dir === undefined ? null : new SessionWriter(dir, { onWarning });
  const onLine: OnLine = (line) => writer?.write(line);
  onLine(headerOf(options));
  let begun = false;
  const fault = ({ code, message }: BoothError) => ({ at: clock.now(), code, message });
  return {
    onLine,
    input(source) {
      begun = true;
      onLine({ kind: 'input', at: clock.now(), source: { ...source } });
    },
    clip: (fate, clip) => onLine({ kind: 'clip', at: clock.now(), fate, ...timesOf(clip) }),
    restart: (error) => onLine({ kind: 'restart', ...fault(error) }),
    warning: (error) => onLine({ kind: 'warning', ...fault(error) }),
    end: () => onLine({ kind: 'end', at: clock.now() }),
    close: () => (begun ? writer?.close() : writer?.discard()),
  };
}

function headerOf({ live, langs, config, persona, roster, model }: RecordingOptions) {
  return {
    kind: 'session',
    version: SESSION_VERSION,
    booth: VERSION,
    node: process.version,
    startedAt: new Date().toISOString(),
    live,
    langs,
    config,
    persona: { ...persona },
    roster,
    model: { ...model },
  } as const;
}

/** All of a clip but its pixels. */
function timesOf({ seq, start, end, capturedAt, change, sceneCut, frames }: Clip) {
  const times = frames.map(({ index, pts, capturedAt }) => [index, pts, capturedAt] as const);
  return { seq, start, end, capturedAt, change, sceneCut, frames: times };
}

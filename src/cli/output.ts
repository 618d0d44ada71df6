import type { Booth } from '../booth.js';
import { type Cue, isWithdrawn } from '../media/cue.js';
import type { Recollection } from '../media/recollection.js';
import { systemClock } from '../media/time.js';
import type { Replay } from '../replay.js';
import type { TrackRun } from '../track.js';
import { cueLine, memoryLines, summary } from './terminal.js';
import { createWarnings } from './warnings.js';

/** Where a command speaks, and how it is told to stop. */
export interface Terminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted by the first Ctrl-C or SIGTERM: what runs is ended properly. */
  readonly signal: AbortSignal;
}

export interface Outcome {
  readonly tracks: readonly TrackRun[];
  /** Seconds of video per second of work; `null` live. */
  readonly realTimeFactor: number | null;
  readonly files: readonly string[];
  /** How it compares with its recording. */
  readonly replay?: Pick<Replay, 'complete' | 'difference'>;
}

/** How a run is told: to people in lines, to programs as one JSON object a line. */
export interface Output {
  /** Where the list of all channels is. */
  list(url: string): void;
  ready(booth: Booth): void;
  cue(cue: Cue): void;
  /** `null` where nobody wants to see what is remembered. */
  readonly memory: ((recollection: Recollection) => void) | null;
  note(message: string): void;
  /** One that comes again and again is said once (`createWarnings`). */
  warn(message: string): void;
  done(outcome: Outcome): void;
  /** Nothing more will be warned of: says how often it was. */
  end(): void;
}

export function createOutput(
  terminal: Terminal,
  json: boolean,
  log: (line: string) => void,
  {
    showMemory = false,
    programme,
  }: { readonly showMemory?: boolean | undefined; readonly programme?: string } = {},
): Output {
  const { warn, end } = createWarnings((line) => terminal.stderr.write(`booth: ${line}\n`), systemClock);
  const output = { ...(json ? forPrograms(terminal, programme) : forPeople(log)), warn, end };
  return showMemory ? output : { ...output, memory: null };
}

/** Warnings are told in the same way to all. */
type Telling = Omit<Output, 'warn' | 'end'>;

/** One JSON object a line; of several programmes each says which. */
function forPrograms({ stdout }: Terminal, programme: string | undefined): Telling {
  const whose = programme === undefined ? {} : { programme };
  const say = (type: string, event: object) =>
    stdout.write(`${JSON.stringify({ type, ...whose, ...event })}\n`);
  return {
    list: (url) => say('list', { url }),
    ready: ({ source, model, url }) => say('ready', { source, model, url }),
    cue: (cue) => say('cue', { cue }),
    memory: (memory) => say('memory', { memory }),
    note: () => {},
    done: ({ tracks, ...outcome }) =>
      say('done', {
        stats: tracks[0]?.stats,
        ...outcome,
        tracks: tracks.map(({ lang, channel, stats }) => ({ lang, channel, stats })),
      }),
  };
}

function forPeople(log: (line: string) => void): Telling {
  /** `seq` of the last line printed, by channel. */
  const printed = new Map<string, number>();
  return {
    list: (url) => log(`All channels: ${url}/`),
    ready({ source, model, url }) {
      const length = source.duration === null ? 'live' : `${source.duration.toFixed(1)} s`;
      log(`Watching ${source.name} (${source.width}×${source.height}, ${length})`);
      log(`with ${model.name} (${model.family}, ${model.dtype} on ${model.device})`);
      if (url !== null) log(`Page and feed: ${url}/`);
      log('');
    },
    cue(cue) {
      // A cue comes once more when it is cut short: what was printed stays true.
      if (!cue.final || isWithdrawn(cue) || cue.seq <= (printed.get(cue.channel) ?? -1)) return;
      printed.set(cue.channel, cue.seq);
      log(cueLine(cue));
    },
    memory: (recollection) => memoryLines(recollection).forEach(log),
    note: log,
    done({ tracks, realTimeFactor, files }) {
      for (const { lang, stats } of tracks) {
        log(tracks.length > 1 ? `\n${lang}` : '');
        log(summary(stats, realTimeFactor));
      }
      for (const file of files) log(`  wrote ${file}`);
    },
  };
}

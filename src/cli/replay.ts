import { type Command, Option } from 'commander';
import { DEFAULTS } from '../config.js';
import type { CaptionFormat } from '../config-schema.js';
import { BoothError } from '../errors.js';
import type { Difference } from '../record/comparison.js';
import type { SessionHeader } from '../record/schema.js';
import { replay } from '../replay.js';
import { captionFiles, captionsTarget } from './files.js';
import { captionFormats } from './options.js';
import { createOutput, type Terminal } from './output.js';

interface ReplayFlags {
  readonly out?: string;
  readonly formats?: CaptionFormat[];
  readonly json?: boolean;
}

/** `booth replay`: a recorded session once more, on its own clock; fails where it comes out otherwise. */
export function addReplay(program: Command, terminal: Terminal): void {
  program
    .command('replay')
    .argument('<session>', 'a folder that --record has written')
    .description('repeat the commentary of a recorded session, and compare it with what was said')
    .option('--out <dir>', 'also write caption files into this folder')
    .addOption(
      new Option('--formats <list>', 'which caption files --out gets (default: all)').argParser(
        captionFormats,
      ),
    )
    .option('--json', 'one JSON object a line on standard output, for programs')
    .action((session: string, flags: ReplayFlags) => repeat(session, flags, terminal));
}

async function repeat(session: string, flags: ReplayFlags, terminal: Terminal): Promise<void> {
  const output = createOutput(terminal, flags.json ?? false, (line) => terminal.stdout.write(`${line}\n`));
  const formats = flags.formats ?? DEFAULTS.captions.formats;
  const target = flags.out === undefined ? {} : { captions: captionsTarget(session, flags.out, formats) };
  const startedAt = performance.now();
  const { tracks, difference, complete, recordedMs } = await replay({
    dir: session,
    ...target,
    onHeader: (header) => output.note(introduction(session, header)),
    onCue: (cue) => output.cue(cue),
  });
  const realTimeFactor = recordedMs / (performance.now() - startedAt);
  output.done({ tracks, realTimeFactor, files: captionFiles(tracks), replay: { complete, difference } });
  if (difference !== null) throw new BoothError('REPLAY_DIFFERS', tell(difference));
  if (!complete) output.warn('The recording was cut off; it was replayed as far as it goes.');
  output.note('\nThe same as recorded, to the bit.');
}

function introduction(session: string, { startedAt, booth, node, langs }: SessionHeader): string {
  return `Replaying ${session}: ${langs.join(', ')}, recorded ${startedAt} by Booth ${booth} on Node.js ${node}\n`;
}

function tell({ line, channel, recorded, replayed }: Difference): string {
  return `The replay differs at line ${line} of the session, channel ${channel}: recorded ${shown(recorded)}, replayed ${shown(replayed)}. The commentator has changed since, or the session was edited.`;
}

/** JSON keeps hostile text in one line. */
function shown(decided: Difference['recorded']): string {
  if (decided === null) return 'nothing';
  const { kind, ...rest } = decided;
  return `${kind} ${JSON.stringify(kind === 'cue' && 'cue' in rest ? rest.cue : rest)}`;
}

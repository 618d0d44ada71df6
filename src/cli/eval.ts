import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { BoothError, type ErrorCode, isSystemError, messageOf } from '../errors.js';
import { type JudgedCue, readCues } from '../eval/cues.js';
import { formatScores } from '../eval/format.js';
import { scoreCues } from '../eval/score.js';
import { readTruth, type Truth } from '../eval/truth.js';
import type { Terminal } from './output.js';

interface EvalFlags {
  readonly truth: string;
  readonly cues: string;
  readonly lang?: string;
  readonly json?: boolean;
}

/** `booth eval`: how true, how timely, how pleasant the cues of a run are. */
export function addEval(program: Command, { stdout }: Terminal): void {
  program
    .command('eval')
    .description('score a run against a ground truth of timed events and lines (docs/evaluation.md)')
    .requiredOption('--truth <file>', 'ground truth, JSON')
    .requiredOption('--cues <file>', "a run's cues, JSONL")
    .option('--lang <tag>', 'language of the cues to score; default: that of the first cue')
    .option('--json', 'one JSON object on standard output, for programs')
    .action(async (flags: EvalFlags) => {
      const truth = readTruth(await text(flags.truth, '--truth', 'TRUTH_INVALID'));
      const cues = readCues(await text(flags.cues, '--cues', 'CAPTIONS_INVALID'));
      checkLanguage(cues, flags.lang);
      checkSameVideo(truth, cues);
      const scores = scoreCues(truth, cues, flags.lang);
      stdout.write(`${flags.json ? JSON.stringify(scores) : formatScores(scores)}\n`);
    });
}

async function text(path: string, flag: string, code: ErrorCode): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = isSystemError(cause, 'ENOENT') ? 'it is not there' : messageOf(cause);
    throw new BoothError(code, `${flag} ${path} cannot be read: ${why}.`, { cause });
  }
}

function checkLanguage(cues: readonly JudgedCue[], lang: string | undefined): void {
  const known = [...new Set(cues.map((cue) => cue.lang))];
  if (lang === undefined || known.length === 0 || known.includes(lang)) return;
  throw new BoothError(
    'CONFIG_INVALID',
    `--lang ${lang}: no cue is in it. The cues are in ${known.join(', ')}; choose one of these, or leave --lang out.`,
  );
}

/** Seconds after the end of a video in which a line may still begin, because others were before it. */
const OVERHANG = 10;

function checkSameVideo({ duration }: Truth, cues: readonly JudgedCue[]): void {
  const last = cues.at(-1)?.start ?? 0;
  if (last <= duration + OVERHANG) return;
  throw new BoothError(
    'CAPTIONS_INVALID',
    `The last cue begins at ${last} s, and the ground truth ends at ${duration} s: they are not of the same video. Check --truth and --cues.`,
  );
}

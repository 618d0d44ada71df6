import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { BoothError, messageOf } from '../errors.js';
import { readCues } from '../eval/cues.js';
import { formatScores } from '../eval/format.js';
import { scoreCues } from '../eval/score.js';
import { readTruth } from '../eval/truth.js';
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
      const truth = readTruth(await text(flags.truth));
      const scores = scoreCues(truth, readCues(await text(flags.cues)), flags.lang);
      stdout.write(`${flags.json ? JSON.stringify(scores) : formatScores(scores)}\n`);
    });
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    throw new BoothError('TRUTH_INVALID', `${path} cannot be read: ${messageOf(thrown)}.`, { cause: thrown });
  }
}

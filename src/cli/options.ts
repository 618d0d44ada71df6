import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULTS } from '../config.js';
import { CAPTION_FORMATS, type CaptionFormat, DEVICES, RUNTIMES, SPEECH_ENGINES } from '../config-schema.js';
import { readNumber } from './config-input.js';

/** The flags of every command that looks at video, as commander hands them over. */
export interface CommonFlags {
  readonly config?: string;
  readonly lang?: readonly string[];
  readonly model?: string;
  readonly fallback?: string;
  readonly maxRpm?: string;
  readonly maxUsd?: string;
  readonly device?: string;
  readonly dtype?: string;
  readonly runtime?: string;
  readonly voice?: string;
  readonly persona?: string;
  readonly reasoning?: boolean;
  readonly temperature?: string;
  readonly topP?: string;
  readonly topK?: string;
  readonly repetitionPenalty?: string;
  readonly stop?: readonly string[];
  readonly seed?: string;
  readonly maxTokens?: string;
  readonly roster?: string;
  readonly density?: string;
  readonly strictNames?: boolean;
  readonly showMemory?: boolean;
  readonly json?: boolean;
}

export function addCommonOptions(command: Command): Command {
  return command
    .option(
      '--lang <tags>',
      `language of the commentary: en, zh, or several at once: en,zh (default: ${DEFAULTS.commentator.lang})`,
      languages,
    )
    .option(
      '--model <name|folder>',
      `the bundled model, a pulled owner/name, a folder in the hub's layout, or openai:<model> (default: ${DEFAULTS.vlm.model})`,
    )
    .option('--fallback <model>', 'the local model that takes over while the endpoint does not answer')
    .option(
      '--max-rpm <n>',
      `requests a minute to the endpoint, 0 for no limit (default: ${DEFAULTS.endpoint.maxRpm})`,
    )
    .option('--max-usd <n>', 'US dollars an hour for the endpoint (default: no limit)')
    .addOption(
      new Option('--device <device>', `where the model runs (default: ${DEFAULTS.vlm.device})`).choices(
        DEVICES,
      ),
    )
    .option(
      '--dtype <dtype>',
      'variant of the weights: fp32, fp16, q8, q4, … (default: the best for the device)',
    )
    .addOption(
      new Option('--runtime <runtime>', `how it is run (default: ${DEFAULTS.vlm.runtime})`).choices(RUNTIMES),
    )
    .addOption(
      new Option('--voice <engine>', `speech engine (default: ${DEFAULTS.speech.engine})`).choices(
        SPEECH_ENGINES,
      ),
    )
    .option(
      '--persona <name|file>',
      `who speaks: one of \`booth personas list\`, or ./mine.yaml (default: ${DEFAULTS.commentator.persona})`,
    )
    .option('--reasoning', 'let the model think in four steps before each line: better lines, later')
    .option('--temperature <n>', 'above 0, words are drawn, not always the likeliest taken (default: 0)')
    .option('--top-p <share>', 'draw from the likeliest words that make up this share (default: 1)')
    .option('--top-k <n>', 'draw from so many likeliest words (default: all)')
    .option('--repetition-penalty <n>', 'above 1, words said before become less likely (default: 1)')
    .option('--stop <text>', 'a line ends before this text; may be given several times', collected)
    .option('--seed <n>', 'the same seed draws the same words (default: 0)')
    .option('--max-tokens <n>', 'longest answer in tokens (default: what the model says)')
    .option('--density <share>', "share of the time to talk through, 0 to 1 (default: the persona's own)")
    .option('--roster <file>', 'who plays, and who alone may be named: a YAML file (docs/roster.md)')
    .option('--strict-names', 'without a roster: name nobody')
    .option('--show-memory', 'print what the commentary remembers, whenever that changes')
    .option('--json', 'one JSON object a line on standard output, for programs')
    .option('--config <file>', 'a YAML file with any of the settings of docs/configuration.md');
}

export function addPortOption(command: Command): Command {
  return command.option(
    '--port <n>',
    `port of the server, 0 for any free one (default: ${DEFAULTS.server.port})`,
    portNumber,
  );
}

/** Flags as the part of the configuration that they set; what was not given stays undefined. */
export function configFlags(flags: CommonFlags): Record<string, Record<string, unknown>> {
  return {
    vlm: {
      model: flags.model,
      device: flags.device,
      dtype: flags.dtype,
      runtime: flags.runtime,
      fallback: flags.fallback,
    },
    decoding: {
      temperature: amount(flags.temperature),
      topP: amount(flags.topP),
      topK: amount(flags.topK),
      repetitionPenalty: amount(flags.repetitionPenalty),
      stop: flags.stop,
      seed: amount(flags.seed),
      maxTokens: amount(flags.maxTokens),
    },
    endpoint: {
      maxRpm: amount(flags.maxRpm),
      maxUsd: amount(flags.maxUsd),
      temperature: amount(flags.temperature),
      maxTokens: amount(flags.maxTokens) || undefined,
    },
    commentator: {
      roster: flags.roster,
      density: amount(flags.density),
      strictNames: flags.strictNames,
      lang: flags.lang?.[0],
      persona: flags.persona,
      reasoning: flags.reasoning,
    },
    speech: { engine: flags.voice },
  };
}

/** The languages of `--lang en,zh`, as `openBooth` takes them. */
export function langsOf({ lang }: CommonFlags) {
  return lang === undefined ? {} : { langs: lang };
}

function amount(text: string | undefined): number | string | undefined {
  return text === undefined ? undefined : readNumber(text);
}

function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function languages(text: string): string[] {
  return text.split(',').map((tag) => tag.trim());
}

export function captionFormats(text: string): CaptionFormat[] {
  return text.split(',').map((name) => {
    const known = CAPTION_FORMATS.find((format) => format === name.trim());
    if (known === undefined) throw new InvalidArgumentError(`Known formats: ${CAPTION_FORMATS.join(', ')}.`);
    return known;
  });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('A whole number from 0 (any free port) to 65535.');
}

/** A timer of more than 2³¹ milliseconds would end at once. */
const LONGEST_SECONDS = 2_147_483;

export function positiveSeconds(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= LONGEST_SECONDS) return value;
  throw new InvalidArgumentError(`A number of seconds above 0 and up to ${LONGEST_SECONDS} (24 days).`);
}

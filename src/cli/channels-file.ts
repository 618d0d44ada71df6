import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { checkedYaml } from '../checked-yaml.js';
import { type Config, makeConfig } from '../config.js';
import { BoothError, messageOf } from '../errors.js';
import { channelName } from '../media/channel-name.js';

/** One input of `booth serve`. */
export interface ChannelPlan {
  readonly name: string;
  readonly input: string;
  readonly langs: readonly string[];
  readonly config: Config;
}

const languages = z.union([z.string(), z.array(z.string()).min(1)]);

/** Of these, all channels have the same. */
const SHARED = ['vlm', 'decoding', 'endpoint', 'server'];

function refuseShared(settings: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  for (const section of SHARED)
    if (section in settings)
      context.addIssue({ code: 'custom', message: `${section} is one for all channels: set it in --config` });
}

const schema = z.strictObject({
  /** By name; each has an input, and may have languages and settings of its own. */
  channels: z
    .record(
      channelName,
      z.strictObject({
        input: z.string().min(1),
        lang: languages.optional(),
        settings: z.record(z.string(), z.unknown()).superRefine(refuseShared).optional(),
      }),
    )
    .refine((channels) => Object.keys(channels).length > 0, 'name at least one'),
});

/** Reads a YAML file of channels. Each has the settings of `config` and the languages of `langs`, then its own. Raises CONFIG_INVALID. */
export function readChannels(
  path: string,
  config: Config,
  langs: readonly string[] = [config.commentator.lang],
): readonly ChannelPlan[] {
  const { channels } = checked(path, textOf(path));
  return Object.entries(channels).map(([name, { input, lang, settings = {} }]) => {
    const made = makeConfig(config, settings, { commentator: { channel: name } });
    const setLang = made.commentator.lang === config.commentator.lang ? langs : [made.commentator.lang];
    return { name, input, langs: lang === undefined ? setLang : [lang].flat(), config: made };
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw invalid(path, messageOf(cause), cause);
  }
}

function checked(path: string, text: string): z.output<typeof schema> {
  const { value, faults } = checkedYaml(text, schema);
  if (faults === null) return value;
  throw invalid(path, faults.join('; '));
}

function invalid(path: string, why: string, cause?: unknown): BoothError {
  return new BoothError(
    'CONFIG_INVALID',
    `The file of channels "${path}" cannot be used: ${why}. It looks like: channels: { north: { input: rtsp://…, lang: en } }.`,
    { cause },
  );
}

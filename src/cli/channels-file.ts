import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Config, makeConfig } from '../config.js';
import { BoothError, messageOf } from '../errors.js';

/** One input of `booth serve`. */
export interface ChannelPlan {
  readonly name: string;
  readonly input: string;
  readonly langs?: readonly string[];
  readonly config: Config;
}

const NAME_RULE = 'a channel is named by 1 to 32 of a–z, 0–9 and - only';

const languages = z.union([z.string(), z.array(z.string()).min(1)]);

const schema = z.strictObject({
  /** By name; each has an input, and may have languages and settings of its own. */
  channels: z
    .record(
      z.string().regex(/^[a-z0-9-]{1,32}$/),
      z.strictObject({
        input: z.string().min(1),
        lang: languages.optional(),
        settings: z
          .record(z.string(), z.unknown())
          .refine((settings) => !('server' in settings), 'server is one for all channels: set it in --config')
          .optional(),
      }),
    )
    .refine((channels) => Object.keys(channels).length > 0, 'name at least one'),
});

/** Reads a YAML file of channels. Each has the settings of `config`, then its own. Raises CONFIG_INVALID. */
export function readChannels(path: string, config: Config): readonly ChannelPlan[] {
  const { channels } = checked(path, readYaml(path));
  return Object.entries(channels).map(([name, { input, lang, settings = {} }]) => {
    const own = { commentator: { channel: name, ...(typeof lang === 'string' && { lang }) } };
    return {
      name,
      input,
      ...(Array.isArray(lang) && { langs: lang }),
      config: makeConfig(config, own, settings),
    };
  });
}

function readYaml(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw invalid(path, messageOf(cause), cause);
  }
}

function checked(path: string, value: unknown): z.output<typeof schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) =>
      `${issue.path.join('.') || 'the whole'}: ${issue.code === 'invalid_key' ? NAME_RULE : issue.message}`,
  );
  throw invalid(path, faults.join('; '));
}

function invalid(path: string, why: string, cause?: unknown): BoothError {
  return new BoothError(
    'CONFIG_INVALID',
    `The file of channels "${path}" cannot be used: ${why}. It looks like: channels: { north: { input: rtsp://…, lang: en } }.`,
    { cause },
  );
}

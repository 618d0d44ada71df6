import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Config, DEFAULTS, makeConfig } from '../config.js';
import { BoothError, messageOf } from '../errors.js';

/** File < environment < flags. `BOOTH_SERVER_PORT=9000` sets `server.port`. */
export function readConfig(
  flags: Record<string, Record<string, unknown>>,
  file: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Config {
  return makeConfig(file === undefined ? {} : readFile(file), fromEnvironment(environment), flags);
}

function readFile(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8')) ?? {};
  } catch (thrown) {
    const message = `The configuration file "${path}" cannot be read: ${messageOf(thrown)}. Check the path and the YAML.`;
    throw new BoothError('CONFIG_INVALID', message, { cause: thrown });
  }
}

/** Every default has a variable; its type says how the text is read. Raises CONFIG_INVALID for one that is misspelt. */
export function fromEnvironment(environment: NodeJS.ProcessEnv): Record<string, Record<string, unknown>> {
  const found: Record<string, Record<string, unknown>> = {};
  const known = new Set<string>();
  for (const [section, defaults] of Object.entries(DEFAULTS)) {
    for (const [key, standard] of Object.entries(defaults)) {
      const name = variableName(section, key);
      known.add(name);
      const text = environment[name];
      if (text === undefined) continue;
      found[section] = { ...found[section], [key]: readAs(standard, text) };
    }
  }
  const stranger = Object.keys(environment).find((name) => NAMES_A_SECTION.test(name) && !known.has(name));
  if (stranger === undefined) return found;
  const message = `There is no setting for the variable ${stranger}: docs/configuration.md has the settings.`;
  throw new BoothError('CONFIG_INVALID', message);
}

/** Other programs have variables that begin with `BOOTH_` too. */
const NAMES_A_SECTION = new RegExp(`^BOOTH_(${Object.keys(DEFAULTS).join('|')})_`, 'i');

export function variableName(section: string, key: string): string {
  return `BOOTH_${section}_${key}`.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
}

function readAs(standard: unknown, text: string): unknown {
  if (Array.isArray(standard)) return text.trim() === '' ? [] : text.split(',').map((part) => part.trim());
  if (typeof standard === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  return typeof standard === 'number' ? readNumber(text) : text;
}

/** What is no number stays text, which the schema refuses by the setting's name. */
export function readNumber(text: string): number | string {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? text : value;
}

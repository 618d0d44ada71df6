import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BoothError, messageOf } from '../errors.js';
import type { Persona, PersonaFile, Role, SpeakerFile } from './persona.js';
import { readPersona } from './read-persona.js';

const BUNDLED = fileURLToPath(new URL('bundled/', import.meta.url));
const LARGEST_FILE = 64 * 1024;

/** Names of the personas that come with Booth, sorted. */
export function bundledPersonas(): string[] {
  return readdirSync(BUNDLED)
    .filter((file) => extname(file) === '.yaml')
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/**
 * A bundled persona by name, or a file by path (what has a slash or ends in `.yaml`), relative to `folder`. Raises CONFIG_INVALID
 * naming the file, the line and what is expected.
 */
export function loadPersona(nameOrFile: string, folder = process.cwd()): Persona {
  const path = pathOf(nameOrFile, folder);
  const file = readPersona(textOf(path, nameOrFile), nameOrFile);
  if (file.speakers === undefined)
    return { file, roles: [{ speaker: null, persona: file, voice: file.voice }] };
  const roleOf = ({ name, persona, voice }: SpeakerFile): Role => {
    const solo = soloPersona(persona, dirname(path), name);
    return { speaker: name, persona: solo, voice: voice ?? solo.voice };
  };
  const [first, second] = file.speakers;
  return { file, roles: [roleOf(first), roleOf(second)] };
}

/** The text of a persona's file, which has been checked. Raises as `loadPersona` does. */
export function personaText(nameOrFile: string, folder = process.cwd()): string {
  loadPersona(nameOrFile, folder);
  return textOf(pathOf(nameOrFile, folder), nameOrFile);
}

function soloPersona(nameOrFile: string, folder: string, speaker: string): PersonaFile {
  const persona = readPersona(textOf(pathOf(nameOrFile, folder), nameOrFile), nameOrFile);
  if (persona.speakers === undefined) return persona;
  throw new BoothError(
    'CONFIG_INVALID',
    `The persona of ${speaker} is ${JSON.stringify(nameOrFile)}, which has speakers itself. Give each speaker a persona of one voice.`,
  );
}

function pathOf(nameOrFile: string, folder: string): string {
  if (/[/\\]|\.ya?ml$/.test(nameOrFile)) return resolve(folder, nameOrFile);
  const known = bundledPersonas();
  if (known.includes(nameOrFile)) return resolve(BUNDLED, `${nameOrFile}.yaml`);
  throw new BoothError(
    'CONFIG_INVALID',
    `There is no persona ${JSON.stringify(nameOrFile.slice(0, 80))}. Known: ${known.join(', ')}; or give a file such as ./mine.yaml.`,
  );
}

function textOf(path: string, given: string): string {
  const unreadable = (why: string, cause?: unknown) =>
    new BoothError(
      'CONFIG_INVALID',
      `The persona ${JSON.stringify(given)} cannot be read: ${why}. Check the path.`,
      {
        cause,
      },
    );
  try {
    const status = statSync(path);
    if (!status.isFile()) throw new Error('it is no file');
    if (status.size > LARGEST_FILE)
      throw new Error(`it has ${status.size} bytes, and a persona has at most ${LARGEST_FILE}`);
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw unreadable(messageOf(thrown), thrown);
  }
}

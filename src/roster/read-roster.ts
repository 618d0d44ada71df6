import { readFileSync, statSync } from 'node:fs';
import { checkedYaml } from '../checked-yaml.js';
import { BoothError, messageOf } from '../errors.js';
import { type Roster, rosterSchema } from './roster.js';

/** Bytes; two squads are some thousand. */
const LARGEST = 262_144;
/** Faults that one message tells. */
const FAULTS_SHOWN = 5;

/** Reads a roster file. Raises ROSTER_INVALID with the lines and what is expected there. */
export function readRoster(path: string): Roster {
  return parseRoster(textOf(path), path);
}

/** YAML → a roster. `source` names the file in messages. */
export function parseRoster(text: string, source: string): Roster {
  const { value, faults } = checkedYaml(text, rosterSchema);
  if (faults === null) return value;
  const more = faults.length > FAULTS_SHOWN ? `; and ${faults.length - FAULTS_SHOWN} more` : '';
  throw invalid(source, `is not valid: ${faults.slice(0, FAULTS_SHOWN).join('; ')}${more}`);
}

function textOf(path: string): string {
  try {
    const { size } = statSync(path);
    if (size <= LARGEST) return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw invalid(path, `cannot be read: ${messageOf(thrown)}`, thrown);
  }
  throw invalid(path, `is larger than ${LARGEST / 1024} KiB`);
}

function invalid(source: string, what: string, cause?: unknown): BoothError {
  const message = `The roster ${source} ${what}. See docs/roster.md, or start from samples/roster.yaml.`;
  return new BoothError('ROSTER_INVALID', message.replace(/[\p{Cc}\p{Cf}]+/gu, ' '), { cause });
}

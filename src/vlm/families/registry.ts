import { BoothError } from '../../errors.js';
import type { FamilyKind } from './family.js';
import { qwen2vl } from './qwen2-vl.js';
import { qwen25vl } from './qwen2-5-vl.js';

/** Every family that runs in-process, by `model_type` of config.json. */
const FAMILIES = new Map<string, FamilyKind>([
  ['qwen2_5_vl', qwen25vl],
  ['qwen2_vl', qwen2vl],
]);

export function familyNames(): string[] {
  return [...FAMILIES.keys()];
}

/** Raises MODEL_TYPE_UNKNOWN, listing the known ones. */
export function familyOf(modelType: string): FamilyKind {
  const family = FAMILIES.get(modelType);
  if (family !== undefined) return family;
  throw new BoothError(
    'MODEL_TYPE_UNKNOWN',
    `The model's config.json says model_type "${modelType}", which Booth cannot run; it knows ${familyNames().join(', ')}.`,
  );
}

import { BoothError } from '../../errors.js';
import type { FamilyKind } from './family.js';
import { idefics3, smolvlm } from './idefics3.js';
import { llava } from './llava.js';
import { llavaOnevision } from './llava-onevision.js';
import { llavaQwen2 } from './llava-qwen2.js';
import { qwen25vl } from './qwen2-5-vl.js';
import { qwen2vl } from './qwen2-vl.js';

/** Every family that runs in-process, by `model_type` of config.json. */
const FAMILIES = new Map<string, FamilyKind>([
  ['qwen2_5_vl', qwen25vl],
  ['qwen2_vl', qwen2vl],
  ['llava', llava],
  ['llava_onevision', llavaOnevision],
  ['llava_qwen2', llavaQwen2],
  ['idefics3', idefics3],
  ['smolvlm', smolvlm],
]);

/** Known, and why they are not among them. */
const REFUSED = new Map<string, string>(
  ['llava_next', 'llava_next_video'].map((name) => [
    name,
    ': its tiles need the embedding that ends their rows (image_newline), which graphs of this layout leave out',
  ]),
);

export function familyNames(): string[] {
  return [...FAMILIES.keys()];
}

/** Raises MODEL_TYPE_UNKNOWN, listing the known ones. */
export function familyOf(modelType: string): FamilyKind {
  const family = FAMILIES.get(modelType);
  if (family !== undefined) return family;
  throw new BoothError(
    'MODEL_TYPE_UNKNOWN',
    `The model's config.json says model_type "${modelType}", which Booth cannot run${REFUSED.get(modelType) ?? ''}; it knows ${familyNames().join(', ')}.`,
  );
}

import { chatTemplateOf } from './chat-template.js';
import type { Family } from './families/family.js';
import { familyOf } from './families/registry.js';
import { type FolderChoice, type ModelFolder, openFolder, readModelType } from './folder.js';

/** Everything about a model but its weights. Raises MODEL_TYPE_UNKNOWN, MODEL_INVALID, CONFIG_INVALID. */
export async function openModel(
  path: string,
  choice: FolderChoice,
): Promise<{ readonly folder: ModelFolder; readonly family: Family }> {
  const { input, make } = familyOf(await readModelType(path));
  const folder = await openFolder(path, input, choice);
  // A template that is missing or cannot be read is told at once, not at the first look.
  if (folder.manifest.strategy === 'history') chatTemplateOf(folder);
  return { folder, family: make(folder) };
}

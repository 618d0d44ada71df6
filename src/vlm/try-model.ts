import { DEFAULTS } from '../config.js';
import { blankContext } from './blank-context.js';
import type { ModelFolder } from './folder.js';
import { loadVlm } from './load.js';
import { noiseClip } from './noise-clip.js';
import type { ModelInfo } from './vlm.js';

/**
 * Loads the model as a run with the defaults would, and has it look once, at noise. `folder` is its description for the processor. Raises
 * what loading and looking raise.
 */
export async function tryModel(folder: ModelFolder): Promise<ModelInfo> {
  const vlm = await loadVlm({ ...DEFAULTS.vlm, model: folder.path }, { folder });
  try {
    const session = await vlm.open();
    const context = blankContext(vlm.info.languages[0] ?? DEFAULTS.commentator.lang);
    for await (const _ of session.look(noiseClip(vlm.info.input, 0), context));
    await session.close();
    return vlm.info;
  } finally {
    await vlm.close();
  }
}

import { describe, expect, it } from 'vitest';
import { Closer } from '../src/closer.js';
import { makeConfig } from '../src/config.js';
import { BoothError } from '../src/errors.js';
import type { Clip } from '../src/media/clip.js';
import { personaText } from '../src/personas/load-persona.js';
import type { Persona } from '../src/personas/persona.js';
import { readPersona } from '../src/personas/read-persona.js';
import { openTrack } from '../src/track.js';
import type { LookEvent, Vlm } from '../src/vlm/vlm.js';

const stats = { visionMs: 1, prefillMs: 1, decodeMs: 1, tokens: 3, context: 0 };

/** A model that was trained for one job. */
function trained(look: (clip: Clip) => AsyncIterable<LookEvent>): Vlm {
  const input = { width: 8, height: 8, fps: 4, framesPerClip: 2 };
  const made = { name: 'told', family: 'told', device: 'here', dtype: 'none', languages: ['en'] };
  return {
    info: { ...made, input, takesInstructions: false },
    open: async () => ({ look, close: async () => {} }),
    close: async () => {},
  };
}

/** The bundled persona as it is shown, changed by hand. */
function copied(change: (text: string) => string = (text) => text): Persona {
  const file = readPersona(change(personaText('play-by-play')), './mine.yaml');
  return { file, roles: [{ speaker: null, persona: file, voice: file.voice }] };
}

async function opened(vlm: Vlm, persona = copied()) {
  const warnings: BoothError[] = [];
  const track = await openTrack(
    {
      config: makeConfig({ speech: { engine: 'none' } }),
      vlm,
      persona,
      roster: null,
      clock: { now: () => 0 },
      live: true,
      serve: false,
      speak: false,
      follows: false,
      onWarning: (error) => warnings.push(error),
      onLine: () => {},
    },
    new Closer(),
  );
  /** Who answered to each of the first `count` clips, half a second apart. */
  const looked = async (count: number) => {
    const answered: string[] = [];
    for (let seq = 0; seq < count; seq++)
      for await (const remark of track.look(clipOf(seq), new AbortController().signal)) {
        answered.push(remark.model);
        track.heard.next(remark);
      }
    return answered;
  };
  return { track, warnings, looked };
}

function clipOf(seq: number): Clip {
  const frame = { index: seq, pts: seq / 2, capturedAt: 0, width: 8, height: 8, pixels: new Uint8Array(192) };
  return { seq, frames: [frame], start: seq / 2, end: seq / 2, capturedAt: 0, change: 0, sceneCut: false };
}

describe('a track of a model that was trained to watch', () => {
  const talkative = trained(async function* ({ seq }) {
    yield { kind: 'end', text: `A pass to number ${seq}.`, confidence: 1, stats };
  });

  it.each([
    ['the persona that it was trained with', copied(), ['told', 'told', 'told']],
    ['a copy that is to talk less', copied((text) => text.replace('0.55', '0.1')), ['told', 'gate', 'gate']],
  ])('with %s', async (_, persona, expected) => {
    const { looked } = await opened(talkative, persona);
    expect(await looked(3)).toEqual(expected);
  });
});

describe('a track whose looks fail', () => {
  it('counts each, and tells once of what they have failed of', async () => {
    const deaths = [1, 2].map((time) => new BoothError('WORKER_DIED', `dead for the ${time}. time`));
    // biome-ignore lint/correctness/useYield: it fails before it has anything to say
    const dying = trained(async function* ({ seq }) {
      throw deaths[seq < 4 ? 0 : 1];
    });
    const { track, looked, warnings } = await opened(dying);
    expect(await looked(6)).toEqual([]);
    expect(track.meter.stats().drops.inference).toBe(6);
    expect(warnings).toEqual(deaths);
  });
});

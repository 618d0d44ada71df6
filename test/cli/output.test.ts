import { describe, expect, it } from 'vitest';
import { captionsTarget } from '../../src/cli/files.js';
import { createOutput, type Terminal } from '../../src/cli/output.js';
import { cueOf } from '../server/harness.js';

function setUp(programme?: string) {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  const terminal = { stdout: { write }, stderr: { write } } as unknown as Terminal;
  const output = createOutput(terminal, true, () => {}, programme === undefined ? {} : { programme });
  return { output, said: () => written.map((line): unknown => JSON.parse(line)) };
}

describe('output for programs', () => {
  it('is one JSON object a line, and says of which of several programmes it is', () => {
    const { output, said } = setUp('north');
    output.cue(cueOf(0));
    output.done({ tracks: [], realTimeFactor: null, files: [] });
    expect(said()).toMatchObject([
      { type: 'cue', programme: 'north', cue: { seq: 0 } },
      { type: 'done', programme: 'north' },
    ]);
  });

  it('names no programme where there is one', () => {
    const { output, said } = setUp();
    output.cue(cueOf(0));
    expect(said()).toEqual([{ type: 'cue', cue: cueOf(0) }]);
  });
});

describe('the name of caption files', () => {
  it.each([
    ['videos/match.mp4', 'match'],
    ['rtsp://host/live/one?key=secret', 'one'],
    ['rtsp://admin:secret@192.168.1.20', '192.168.1'],
    ['rtsp://admin:se@cret@camera/', 'camera'],
    ['-', 'stdin'],
  ])('of %s is %s', (input, base) => {
    expect(captionsTarget(input, 'out', []).base).toBe(base);
  });
});

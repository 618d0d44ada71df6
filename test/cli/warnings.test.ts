import { describe, expect, it } from 'vitest';
import { createOutput, type Terminal } from '../../src/cli/output.js';
import { AFRESH_AFTER, createWarnings } from '../../src/cli/warnings.js';

function setUp() {
  let now = 0;
  const lines: string[] = [];
  const warnings = createWarnings((line) => lines.push(line), { now: () => now });
  const pass = (ms: number) => {
    now += ms;
  };
  return { ...warnings, lines, pass };
}

describe('warnings', () => {
  it('of a model that fails at every look for a day are said once, and counted at the end', () => {
    const { warn, end, lines, pass } = setUp();
    for (let look = 0; look < 43_200; look += 1) {
      warn('It failed.');
      pass(2_000);
    }
    expect(lines).toEqual(['It failed.']);
    end();
    expect(lines).toEqual(['It failed.', '43200 times in all: It failed.']);
    end();
    expect(lines).toHaveLength(2);
  });

  it('are said when they change, and not again when they take turns', () => {
    const { warn, end, lines, pass } = setUp();
    for (let look = 0; look < 50; look += 1) {
      warn(look % 2 === 0 ? 'It failed.' : 'It was slow.');
      pass(1_000);
    }
    end();
    expect(lines).toEqual([
      'It failed.',
      'It was slow.',
      '25 times in all: It failed.',
      '25 times in all: It was slow.',
    ]);
  });

  it('are said again when they stayed away for a while, and need no count then', () => {
    const { warn, end, lines, pass } = setUp();
    warn('It failed.');
    pass(AFRESH_AFTER);
    warn('It failed.');
    end();
    expect(lines).toEqual(['It failed.', 'It failed.']);
  });

  it('are said again a while after something else was said, which may have been that all is well', () => {
    const { warn, lines, pass } = setUp();
    warn('It failed.');
    warn('It answers again.');
    for (let waited = 0; waited < AFRESH_AFTER; waited += 30_000) {
      warn('It failed.');
      pass(30_000);
    }
    expect(lines).toEqual(['It failed.', 'It answers again.']);
    for (let look = 0; look < 100; look += 1) {
      warn('It failed.');
      pass(30_000);
    }
    expect(lines).toEqual(['It failed.', 'It answers again.', 'It failed.']);
  });

  it('are remembered up to a hundred, and counted when they are forgotten', () => {
    const { warn, end, lines } = setUp();
    warn('Number 0.');
    for (let number = 0; number <= 100; number += 1) warn(`Number ${number}.`);
    expect(lines).toHaveLength(102);
    expect(lines.at(-1)).toBe('2 times in all: Number 0.');
    warn('Number 0.');
    end();
    expect(lines.slice(102)).toEqual(['Number 0.']);
  });

  it.each([true, false])('of one channel hide nothing of another; for programs: %s', (json) => {
    let stderr = '';
    const write = (text: string) => {
      stderr += text;
      return true;
    };
    const terminal = { stderr: { write }, stdout: { write } } as unknown as Terminal;
    const [north, south] = [0, 1].map(() => createOutput(terminal, json, () => {}));
    for (let look = 0; look < 3; look += 1) for (const channel of [north, south]) channel?.warn('It failed.');
    north?.end();
    expect(stderr).toBe('booth: It failed.\nbooth: It failed.\nbooth: 3 times in all: It failed.\n');
  });
});

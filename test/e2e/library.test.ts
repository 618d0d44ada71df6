import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a reader copies. */
function blocks(readme: string, language: string): string[] {
  const text = readFileSync(join(root, readme), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  );
}

describe('the README', () => {
  it.each(['sh', 'ts'])('gives the same %s to copy in both languages', (language) => {
    expect(blocks('README.md', language).length).toBeGreaterThan(0);
    expect(blocks('README.zh.md', language)).toEqual(blocks('README.md', language));
  });

  it('shows a use of the library that runs as it stands', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'booth-library-'));
    const input = join(folder, 'short.mp4');
    const match = join(root, 'samples', 'match.mp4');
    await run('ffmpeg', ['-v', 'error', '-t', '5', '-i', match, '-c', 'copy', input]);
    const [example = ''] = blocks('README.md', 'ts');
    const ended = `booth.ticks.subscribe({ complete: () => console.log('no more ticks') });`;
    const code = example.replace("'match.mp4'", JSON.stringify(input)) + ended;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], { cwd: root });
    expect(stdout).toMatch(/^0\.\d+ \S+.*\n(.*\n)*no more ticks\n$/);
    await rm(folder, { recursive: true });
  });
});

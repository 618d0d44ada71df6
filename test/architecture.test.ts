import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../src/errors.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const STAGES = [
  'source',
  'sampler',
  'vlm',
  'hub',
  'commentator',
  'captions',
  'speech',
  'narration',
  'server',
  'record',
  'eval',
];

/** Lower levels first; a file imports from its own folder and from lower levels only. */
const LEVELS: readonly (readonly string[])[] = [
  ['media', 'errors'],
  [
    'flow',
    'onnx',
    'config',
    'closer',
    'make-folder',
    'children',
    'process',
    'http-reading',
    'model-cache',
    'personas',
    'openai',
    'language',
    'roster',
    'checked-yaml',
    'overlay',
    'config-schema',
    'version',
  ],
  STAGES,
  [
    'meter',
    'ticks',
    'commentary',
    'recording',
    'track',
    'voice',
    'tracks',
    'booth',
    'booth-options',
    'bookkeeping',
    'crew',
    'input',
    'on-air',
    'narrate-captions',
    'replay',
    'replay-settings',
    'replayed-track',
  ],
  ['cli', 'index'],
];

/** Packages that may be imported in one place only. */
const GATES: Record<string, RegExp> = {
  'fluent-ffmpeg': /^src\/source\/ffmpeg\.ts$/,
  'onnxruntime-node': /^src\/onnx\//,
  koffi: /^src\/onnx\/native\/api\.ts$/,
  openai: /^src\/(openai\/|vlm\/openai\/|speech\/openai\.ts$)/,
  sharp: /^src\/vlm\/pictures\.ts$/,
  ws: /^src\/server\/ws\.ts$/,
  say: /^src\/speech\/say\.ts$/,
  'js-rouge': /^src\/eval\/rouge\.ts$/,
  fastify: /^src\/server\//,
  compromise: /^src\/commentator\/(english-)?names\.ts$/,
  'word-list': /^src\/commentator\/english-words\.ts$/,
  commander: /^src\/cli(\.ts|\/)/,
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly circular: boolean;
}

let files: { source: string; imports: Import[] }[] = [];

beforeAll(async () => {
  const { output } = await cruise(
    ['src'],
    {
      baseDir: root,
      doNotFollow: { path: 'node_modules' },
      tsPreCompilationDeps: true,
      ruleSet: { forbidden: [{ name: 'no-circular', severity: 'error', from: {}, to: { circular: true } }] },
      validate: true,
    },
    undefined,
    { tsConfig: { options: {} } } as never,
  );
  files = (output as ICruiseResult).modules
    .filter((module) => /^src\/.*\.ts$/.test(module.source))
    .map((module) => ({
      source: module.source,
      imports: module.dependencies.map((to) => ({
        from: module.source,
        to: to.resolved,
        circular: to.circular,
      })),
    }));
}, 60_000);

/** `src/vlm/families/llava.ts` → `vlm`; `src/errors.ts` → `errors`. */
function home(path: string): string {
  return /^src\/([^/.]+)/.exec(path)?.[1] ?? '';
}

function level(path: string): number {
  return LEVELS.findIndex((names) => names.includes(home(path)));
}

const ownImports = () => files.flatMap((file) => file.imports).filter(({ to }) => /^src\/.*\.ts$/.test(to));

describe('the house', () => {
  it('has a level for every file', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.map((file) => file.source).filter((source) => level(source) < 0)).toEqual([]);
  });

  it('imports downward only, and no stage imports another', () => {
    const wrong = ownImports().filter(
      ({ from, to }) =>
        level(to) > level(from) ||
        (STAGES.includes(home(from)) && STAGES.includes(home(to)) && home(from) !== home(to)),
    );
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('names two stages in the compositions alone, below the command line', () => {
    const stagesOf = (source: string) =>
      new Set(
        ownImports()
          .filter(({ from }) => from === source)
          .map(({ to }) => home(to))
          .filter((name) => STAGES.includes(name)),
      );
    const several = files
      .map((file) => file.source)
      .filter((source) => level(source) < 4 && stagesOf(source).size > 1);
    expect(several.sort()).toEqual([
      'src/booth-options.ts',
      'src/commentary.ts',
      'src/narrate-captions.ts',
      'src/on-air.ts',
      'src/recording.ts',
      'src/replay-settings.ts',
      'src/replay.ts',
      'src/replayed-track.ts',
      'src/track.ts',
    ]);
  });

  it('has no cycles', () => {
    expect(
      ownImports()
        .filter(({ circular }) => circular)
        .map(({ from, to }) => `${from} → ${to}`),
    ).toEqual([]);
  });

  it.each(Object.entries(GATES))('imports %s behind its gate only', (name, gate) => {
    const users = files
      .flatMap((file) => file.imports)
      .filter(
        ({ to }) => to.includes(`node_modules/${name}/`) || to.includes(`node_modules/@types/${name}/`),
      );
    expect(users.filter(({ from }) => !gate.test(from)).map(({ from }) => from)).toEqual([]);
    expect(users.length).toBeGreaterThan(0);
  });

  it('keeps every file under 300 lines', () => {
    const lines = (source: string) => readFileSync(`${root}/${source}`, 'utf8').split('\n').length;
    expect(files.map((file) => file.source).filter((source) => lines(source) > 300)).toEqual([]);
  });

  it('ends the process in cli.ts only', () => {
    const ending = files
      .map((file) => file.source)
      .filter((source) => /process\.exit\(/.test(readFileSync(`${root}/${source}`, 'utf8')));
    expect(ending.filter((source) => source !== 'src/cli.ts')).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  it('explains every error code, and no other', () => {
    const documented = [
      ...readFileSync(`${root}/docs/errors.md`, 'utf8').matchAll(/^\| `([A-Z_]+)` \|/gm),
    ].map((match) => match[1]);
    expect(documented.sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });
});

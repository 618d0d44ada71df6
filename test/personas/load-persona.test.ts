import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledPersonas, loadPersona, personaText } from '../../src/personas/load-persona.js';
import { readPersona } from '../../src/personas/read-persona.js';

const MINIMAL = 'name: mine\ndescription: My own.\ninstructions:\n  en: Speak {language}.\n';

describe('the bundled personas', () => {
  it('are these', () => {
    expect(bundledPersonas()).toEqual([
      'audio-description',
      'colour-analyst',
      'duo',
      'nature-narrator',
      'play-by-play',
      'security-log',
    ]);
  });

  it.each(bundledPersonas())('%s is valid, named as its file, and speaks English and Chinese', (name) => {
    const { file, roles } = loadPersona(name);
    expect(file.name).toBe(name);
    for (const { persona } of roles) {
      expect(persona.instructions.en).toContain('{language}');
      expect(persona.instructions.zh).toContain('{language}');
      expect(persona.instructions.en).toMatch(/Never invent/);
      expect(persona.instructions.en).toMatch(/stay silent/);
    }
  });

  it('differ in how much they talk: a log least, a duo most', () => {
    const density = (name: string) => loadPersona(name).file.density;
    expect(density('security-log')).toBeLessThan(density('audio-description'));
    expect(density('audio-description')).toBeLessThan(density('play-by-play'));
    expect(density('play-by-play')).toBeLessThan(density('duo'));
  });

  it('the duo is a play-by-play commentator who leads and a colour analyst who thinks first', () => {
    const { roles } = loadPersona('duo');
    expect(roles.map(({ speaker, persona }) => [speaker, persona.name, persona.reasoning])).toEqual([
      ['Alex', 'play-by-play', false],
      ['Sam', 'colour-analyst', true],
    ]);
    expect(roles.map(({ voice }) => voice.timbre)).toEqual(['low', 'high']);
  });
});

describe('a persona of a user', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'booth-personas-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return `./${name}`;
  };
  const faultOf = (text: string): string => {
    try {
      readPersona(text, './mine.yaml');
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'CONFIG_INVALID' });
      return (thrown as Error).message;
    }
    throw new Error('the persona was taken');
  };

  it('is a file, found from the working folder, with defaults for what it leaves out', async () => {
    const { file, roles } = loadPersona(await write('mine.yaml', MINIMAL), folder);
    expect(file).toMatchObject({
      name: 'mine',
      density: 0.5,
      reasoning: false,
      voice: { rate: 1, timbre: 'plain' },
    });
    expect(roles).toEqual([{ speaker: null, persona: file, voice: file.voice }]);
    expect(personaText('./mine.yaml', folder)).toBe(MINIMAL);
  });

  it('may be a duo of bundled personas and files beside it', async () => {
    await mkdir(join(folder, 'booth'), { recursive: true });
    await write('booth/second.yaml', MINIMAL);
    const duo = `${MINIMAL}speakers:\n  - { name: Lía, persona: play-by-play }\n  - { name: 李娜, persona: ./second.yaml }\n`;
    const { roles } = loadPersona(await write('booth/duo.yaml', duo), folder);
    expect(roles.map(({ speaker, persona }) => `${speaker} ${persona.name}`)).toEqual([
      'Lía play-by-play',
      '李娜 mine',
    ]);
  });

  it('is refused as a speaker when it has speakers itself', async () => {
    const file = await write(
      'nested.yaml',
      `${MINIMAL}speakers:\n  - { name: A, persona: duo }\n  - { name: B, persona: play-by-play }\n`,
    );
    expect(() => loadPersona(file, folder)).toThrow('The persona of A is "duo", which has speakers itself');
  });

  it.each([
    [
      'an unknown placeholder',
      MINIMAL.replace('{language}', '{team}'),
      /line 4: instructions\.en: \{team\} is no placeholder; known: lang, language, /,
    ],
    ['an unknown key', `${MINIMAL}densty: 0.4\n`, /densty/],
    ['a value out of bounds', `${MINIMAL}density: 4\n`, /line 5: density: .*1/],
    ['a missing key', 'name: mine\ninstructions:\n  en: Hello.\n', /line 1: description: /],
    ['no English', MINIMAL.replace('en:', 'zh:'), /line 4: instructions: instructions in English/],
    ['a name that could be a path', MINIMAL.replace('mine', '../mine'), /line 1: name: a–z/],
    [
      'twins',
      `${MINIMAL}speakers:\n  - { name: A, persona: play-by-play }\n  - { name: A, persona: play-by-play }\n`,
      /line 6: speakers: the two speakers need different names/,
    ],
    [
      'a speaker whose name is markup',
      `${MINIMAL}speakers:\n  - { name: "<b>A", persona: x }\n  - { name: B, persona: y }\n`,
      /line 6: speakers\.0\.name: a short name/,
    ],
    [
      'control characters',
      MINIMAL.replace('Speak', '"\\e[31m Speak').replace('{language}.', '{language}."'),
      /line 4: instructions\.en: plain text/,
    ],
    ['broken YAML', `${MINIMAL}tone: [calm\n`, /line \d: /],
    ['no mapping at all', 'just words', /line 1: the file: /],
    ['an empty file', '', /line 1: the file: /],
    [
      'what would speak to a terminal in a comment',
      `${MINIMAL}# \u001b]0;owned\u0007\n`,
      /line 5: a control character/,
    ],
    ['aliases', 'name: &a mine\ndescription: *a\ninstructions: { en: Hello. }\n', /alias/i],
    ['instructions without an end', MINIMAL.replace('Speak', 'x'.repeat(9_000)), /8000/],
  ])('with %s is refused with its file, the line and what is expected', (_, text, expected) => {
    const message = faultOf(text);
    expect(message).toMatch(/^The persona \.\/mine\.yaml is not valid: /);
    expect(message).toMatch(expected);
    expect(message).toContain('docs/personas.md');
    expect(message).not.toMatch(/\p{Cc}/u);
  });

  it('tells a few faults, not a hundred', () => {
    const many = Array.from({ length: 100 }, (_, i) => `  x${i}: { deep: 1 }`).join('\n');
    expect(faultOf(`name: mine\ndescription: d\ninstructions:\n  en: Hi.\n${many}\n`).length).toBeLessThan(
      2_000,
    );
  });

  it.each([
    ['a file that is not there', './absent.yaml', /ENOENT/],
    ['a folder', './', /no file/],
    ['a name that nobody knows', 'nobody', /There is no persona "nobody"\. Known: audio-description, /],
    ['a device', '/dev/zero', /no file/],
  ])('is refused when it is %s', (_, name, expected) => {
    expect(() => loadPersona(name, folder)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(expected) as string }),
    );
  });

  it('is refused when it is larger than a persona can be', async () => {
    const file = await write('large.yaml', `# ${'x'.repeat(70_000)}\n${MINIMAL}`);
    expect(() => loadPersona(file, folder)).toThrow(/it has 700\d\d bytes, and a persona has at most 65536/);
  });
});

import { describe, expect, it } from 'vitest';
import { captionsOf } from '../../src/captions/caption.js';
import { readJsonl, writeJsonl } from '../../src/captions/jsonl.js';
import { readSrt, writeSrt } from '../../src/captions/srt.js';
import { formatTimestamp, parseTimestamp } from '../../src/captions/timestamp.js';
import { readVtt, writeVtt } from '../../src/captions/vtt.js';
import { CUE_KEYS } from '../../src/media/cue-schema.js';
import { fc } from '../support/fc.js';
import { cue, cues, WRAP } from './support.js';

const nasty = cue(1, { text: 'A < B & C --> D <i>{\\an8} 红队' });

describe('WebVTT', () => {
  it('is written to the byte as the standard says', () => {
    expect(writeVtt([cue(0), nasty], WRAP)).toBe(
      'WEBVTT\n\n' +
        'main-0\n00:00:01.000 --> 00:00:03.500\nLine 0.\n\n' +
        'main-1\n00:00:05.000 --> 00:00:07.500\nA &lt; B &amp; C --&gt; D &lt;i&gt;{\\an8} 红队\n\n',
    );
  });

  it('marks the speaker with a voice span, whose name is escaped', () => {
    const captions = [cue(0, { speaker: 'Lía O’Neil', text: 'A < B' }), cue(1, { speaker: 'A & B > C' })];
    const file = writeVtt(captions, WRAP);
    expect(file).toContain('\n<v Lía O’Neil>A &lt; B\n');
    expect(file).toContain('\n<v A &amp; B &gt; C>Line 1.\n');
    expect(readVtt(file).map(({ speaker }) => speaker)).toEqual(['Lía O’Neil', 'A & B > C']);
  });

  it('tells the speaker of a voice span as others write it', () => {
    const file =
      'WEBVTT\n\n00:01.000 --> 00:02.000\n<v.first.loud  Sam >One\ntwo</v>\n\n00:02.000 --> 00:03.000\n<v>Three';
    expect(readVtt(file)).toEqual([
      { id: '', start: 1, end: 2, lines: ['One', 'two'], speaker: 'Sam' },
      { id: '', start: 2, end: 3, lines: ['<v>Three'] },
    ]);
  });

  it('gives back what was written, whatever the text', () => {
    fc.assert(
      fc.property(cues, (written) => {
        const captions = written.flatMap((one) => captionsOf(one, WRAP));
        expect(readVtt(writeVtt(written, WRAP))).toEqual(captions);
      }),
    );
  });

  it('is read as others write it: byte-order mark, CRLF, header text, notes, styles, settings, no ids, no hours', () => {
    const file =
      '\uFEFFWEBVTT - title\r\nKind: captions\r\n\r\nNOTE a --> b\r\n\r\nSTYLE\r\n::cue {}\r\n\r\n' +
      '00:01.000 --> 00:02.500 align:start\r\nOne\r\ntwo &amp;lt;\r\n\r\n\r\nx\r\n100:00:00.000 --> 100:00:01.000\r\nThree';
    expect(readVtt(file)).toEqual([
      { id: '', start: 1, end: 2.5, lines: ['One', 'two &lt;'] },
      { id: 'x', start: 360_000, end: 360_001, lines: ['Three'] },
    ]);
  });

  it('is refused without its signature, with what was found', () => {
    expect(() => readVtt('1\n00:00:01,000 --> 00:00:02,000\nHi')).toThrow(
      expect.objectContaining({
        code: 'CAPTIONS_INVALID',
        message: expect.stringContaining('00:00:01,000') as string,
      }),
    );
    expect(() => readVtt('WEBVTTX')).toThrow(expect.objectContaining({ code: 'CAPTIONS_INVALID' }));
  });
});

describe('SubRip', () => {
  it('is written to the byte, with an invisible joiner in what players would obey', () => {
    expect(writeSrt([cue(0), nasty], WRAP)).toBe(
      '1\n00:00:01,000 --> 00:00:03,500\nLine 0.\n\n' +
        '2\n00:00:05,000 --> 00:00:07,500\nA <\u2060 B & C -\u2060-> D <\u2060i>{\u2060\\\u2060an8} 红队\n\n',
    );
  });

  it('gives back what was written, whatever the text', () => {
    fc.assert(
      fc.property(cues, (written) => {
        const captions = written.flatMap((one) => captionsOf(one, WRAP));
        expect(readSrt(writeSrt(written, WRAP))).toEqual(
          captions.map((caption, index) => ({ ...caption, id: String(index + 1) })),
        );
      }),
    );
  });

  it('puts the speaker before the line, and wraps both', () => {
    const text = 'They keep the ball and wait for the one who runs.';
    const [caption] = readSrt(writeSrt([cue(0, { speaker: 'Sam', text })], WRAP));
    expect(caption?.lines.join(' ')).toBe(`Sam: ${text}`);
    for (const line of caption?.lines ?? []) expect(line.length).toBeLessThanOrEqual(42);
  });

  it('is read past blocks without a time', () => {
    expect(readSrt('nonsense\n\n1\r\n00:00:01,000 --> 00:00:02,000\r\nHi\r\n')).toEqual([
      { id: '1', start: 1, end: 2, lines: ['Hi'] },
    ]);
  });
});

describe('JSONL', () => {
  it('is one cue a line, keys in documented order', () => {
    const [first, second, rest] = writeJsonl([nasty, cue(2)]).split('\n');
    expect(JSON.parse(first!)).toEqual(nasty);
    expect(Object.keys(JSON.parse(second!) as object)).toEqual(CUE_KEYS);
    expect(rest).toBe('');
  });

  it('gives back what was written, whatever the text', () => {
    fc.assert(
      fc.property(cues, (written) => {
        expect(readJsonl(writeJsonl(written))).toEqual(written);
      }),
    );
  });

  it.each([
    ['{"seq":', 'Line 2', 'JSON'],
    ['{}', 'Line 2', 'seq'],
    [JSON.stringify({ ...nasty, end: 0 }), 'Line 2', 'ends after its start'],
    [JSON.stringify({ ...nasty, text: 'two\nlines' }), 'Line 2', 'text'],
    [JSON.stringify({ ...nasty, more: 1 }), 'Line 2', 'more'],
  ])('is refused with the line and the fault: %s', (bad, where, fault) => {
    const message = expect.stringMatching(new RegExp(`${where}.*${fault}`)) as string;
    expect(() => readJsonl(`${JSON.stringify(cue(0))}\n${bad}\n`)).toThrow(
      expect.objectContaining({ code: 'CAPTIONS_INVALID', message }),
    );
  });
});

describe('a cue too long for one caption', () => {
  it('becomes several in turn that share its time', () => {
    const text =
      'Red win it and pass it on and on, then they look for a way through, and they find it on the left at last.';
    const captions = captionsOf(cue(0, { start: 10, end: 17, text }), WRAP);
    expect(captions.map(({ id }) => id)).toEqual(['main-0', 'main-0/2']);
    expect(captions[0]?.start).toBe(10);
    expect(captions[0]?.end).toBe(captions[1]?.start);
    expect(captions[1]?.end).toBe(17);
    expect(captions.flatMap(({ lines }) => lines).join(' ')).toBe(text);
  });
});

describe('timestamps', () => {
  it('are exact to the millisecond and go past a hundred hours', () => {
    expect([0, 0.0004, 61.9996, 3_599.999, 360_000].map((time) => formatTimestamp(time, '.'))).toEqual([
      '00:00:00.000',
      '00:00:00.000',
      '00:01:02.000',
      '00:59:59.999',
      '100:00:00.000',
    ]);
  });

  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (time) => {
        expect(parseTimestamp(formatTimestamp(time / 1_000, ','))).toBe(time / 1_000);
      }),
    );
  });

  it.each(['', '1', '00:60:00.000', '00:00:61.000', '00:00:01', '-0:00:01.000'])(
    'are not read from %j',
    (text) => {
      expect(parseTimestamp(text)).toBeNull();
    },
  );
});

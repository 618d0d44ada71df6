import { describe, expect, it } from 'vitest';
import { CONFIG, lastForms, line, partial, silence, tell } from './support.js';

describe('a cue', () => {
  it('tells everything that docs/cue.md promises', () => {
    const { forms } = tell([line(10, 'Corner for Red.')]);
    expect(forms).toEqual([
      {
        seq: 0,
        id: 'main-0',
        channel: 'main',
        start: 10,
        end: 11.2,
        text: 'Corner for Red.',
        lang: 'en',
        speaker: null,
        final: true,
        importance: 0.5,
        frames: [9.75, 10],
        model: 'fake',
        prompt: '0123456789ab',
        reasoning: null,
        captureToCaptionMs: null,
        dropped: 0,
      },
    ]);
  });

  it('tells its latency from the capture of the newest frame when live', () => {
    const { forms } = tell([line(10, 'Corner for Red.')], { live: true }, { clock: { now: () => 10_234.4 } });
    expect(forms[0]?.captureToCaptionMs).toBe(234);
  });

  it('counts the clips dropped since the cue before, once', () => {
    const totals = [3, 3, 5];
    const { forms } = tell(
      [partial(1, 'Red win'), line(1, 'Red win a corner.'), line(6, 'Blue clear.'), line(12, 'Red press.')],
      {},
      { droppedClips: () => totals.shift() ?? 5 },
    );
    expect(forms.map((cue) => cue.dropped)).toEqual([3, 3, 0, 2]);
  });

  it('stays for as long as it takes to read', () => {
    const text = 'Red take their time and look for a way through the middle.';
    const { forms } = tell([line(1, text)]);
    expect(forms[0]?.end).toBeCloseTo(1 + text.length / CONFIG.charactersPerSecond, 3);
  });

  it('is one line of plain text whatever the model says', () => {
    const { forms } = tell([line(1, ' Red\r\nwin\u2028a \u001b[31mcorner\u0000\u202e. ')]);
    expect(forms[0]?.text).toBe('Red win a [31mcorner.');
  });

  it('is not made of text without a word', () => {
    expect(tell([line(1, ' … !'), line(2, '')])).toEqual({ forms: [], drops: [], recent: [] });
  });
});

describe('a line on air', () => {
  it('keeps its seq, id and start from the first partial form to the final one', () => {
    const { forms } = tell([partial(1, 'Red'), partial(1, 'Red win'), line(1, 'Red win a corner.')]);
    expect(forms.map(({ id, start, final }) => [id, start, final])).toEqual([
      ['main-0', 1, false],
      ['main-0', 1, false],
      ['main-0', 1, true],
    ]);
  });

  it('sends a partial form again only when its text has changed', () => {
    expect(tell([partial(1, 'Red'), partial(1, 'Red ')]).forms.filter((cue) => !cue.final)).toHaveLength(1);
  });

  it('is withdrawn when the model goes on with another clip', () => {
    const { forms, recent } = tell([partial(1, 'Red'), line(2, 'Blue have it.')]);
    expect(forms.map(({ id, final, start, end }) => [id, final, end === start])).toEqual([
      ['main-0', false, false],
      ['main-0', true, true],
      ['main-1', true, false],
    ]);
    expect(recent).toEqual(['Blue have it.']);
  });

  it('is withdrawn when the model turns silent or the stream ends', () => {
    for (const after of [[silence(1)], [silence(2)], []]) {
      const { forms } = tell([partial(1, 'Red'), ...after]);
      expect(forms.map((cue) => cue.end > cue.start)).toEqual([true, false]);
    }
  });

  it('is withdrawn when its end makes it unsure', () => {
    const { forms, drops } = tell([
      partial(1, 'Red win'),
      line(1, 'Red win a penalty!', { confidence: 0.2 }),
    ]);
    expect(lastForms(forms)).toEqual([]);
    expect(drops).toEqual(['unsure']);
  });

  it('does not begin while another is on screen, while unsure, or while it could be a repeat', () => {
    const first = line(1, 'Red win a corner on the left.');
    expect(tell([first, partial(2, 'Blue')]).forms).toHaveLength(1);
    expect(tell([first, partial(4, 'Blue', { confidence: 0.1 })]).forms).toHaveLength(1);
    expect(tell([first, partial(4, 'Red wi')]).forms).toHaveLength(1);
  });
});

describe('what is held back', () => {
  it('is unsure below the confidence floor', () => {
    expect(tell([line(1, 'Red attack.', { confidence: 0.34 })])).toMatchObject({
      forms: [],
      drops: ['unsure'],
    });
  });

  it('is a repeat of what was said a moment ago', () => {
    const { forms, drops } = tell([line(1, 'Red win a corner!'), silence(2), line(4, 'red win a corner')]);
    expect(forms).toHaveLength(1);
    expect(drops).toEqual(['repeat']);
  });

  it('is stale when it would wait for too long', () => {
    const long =
      'Red take their time at the back and wait for somebody to come out to them, in no hurry at all.';
    const { forms, drops } = tell([line(1, long), line(1.5, 'Blue press.')]);
    expect(forms).toHaveLength(1);
    expect(drops).toEqual(['stale']);
  });
});

describe('a line that comes too soon', () => {
  it('waits for the end of the one on screen, and is sent at once', () => {
    const { forms } = tell([line(1, 'Corner for Red.'), line(1.5, 'Blue clear it.')]);
    expect(forms.map(({ start, end }) => [start, end])).toEqual([
      [1, 2.2],
      [2.28, 3.48],
    ]);
  });
});

describe('a bigger moment', () => {
  const play = line(10, 'Red move it around patiently in their own half of the field.');

  it('cuts the line on screen, which is sent again with its true end first', () => {
    const { forms, drops } = tell([play, line(12, 'Goal for Red!')]);
    expect(forms.map(({ id, start, end, final }) => [id, start, end, final])).toEqual([
      ['main-0', 10, 14, true],
      ['main-0', 10, 11.92, true],
      ['main-1', 12, 13.2, true],
    ]);
    expect(drops).toEqual(['crowded']);
  });

  it('leaves a line that has just begun its shortest time, and half of it where a goal comes', () => {
    const corner = line(10, 'Corner for Red, and everybody has gone up for it.');
    const times = (text: string) =>
      lastForms(tell([corner, line(10.5, text)]).forms).map(({ start, end }) => [start, end]);
    expect(times('Saved by the Blue keeper!')).toEqual([
      [10, 11.2],
      [11.28, 12.947],
    ]);
    expect(times('Goal for Red!')).toEqual([
      [10, 10.6],
      [10.68, 11.88],
    ]);
  });

  it('cuts a cut line once more where a goal comes on top', () => {
    const { forms } = tell([
      line(10, 'Corner for Red, and everybody has gone up for it.'),
      line(10.5, 'Saved by the Blue keeper!'),
      line(11, 'Goal for Red on the rebound!'),
    ]);
    expect(forms.map(({ id, start, end }) => [id, start, end])).toEqual([
      ['main-0', 10, expect.closeTo(13.267, 3)],
      ['main-0', 10, 11.2],
      ['main-1', 11.28, expect.closeTo(12.947, 3)],
      ['main-0', 10, 10.92],
      ['main-1', 11.28, 11.28],
      ['main-2', 11, expect.closeTo(12.867, 3)],
    ]);
  });

  it('withdraws small talk that has just begun, and does not hold it for said', () => {
    const { forms, recent } = tell([play, line(10.5, 'Throw-in for Red.'), line(14, play.text)]);
    expect(lastForms(forms).map(({ id, start }) => [id, start])).toEqual([
      ['main-1', 10.5],
      ['main-2', 14],
    ]);
    expect(recent).toEqual(['Throw-in for Red.', play.text]);
  });

  it('withdraws lines that wait, and takes them out of the memory', () => {
    const { forms, drops, recent } = tell([
      play,
      line(12, 'Blue are back in numbers.'),
      line(12.5, 'Penalty to Red!'),
    ]);
    expect(forms[1]).toMatchObject({ id: 'main-1', start: 14.08 });
    expect(forms[3]).toMatchObject({ id: 'main-1', start: 14.08, end: 14.08, final: true });
    expect(lastForms(forms).map(({ id, start }) => [id, start])).toEqual([
      ['main-0', 10],
      ['main-2', 12.5],
    ]);
    expect(drops).toEqual(['crowded', 'crowded']);
    expect(recent).toEqual([play.text, 'Penalty to Red!']);
  });

  it('waits behind one as big', () => {
    const { forms, drops } = tell([line(1, 'Goal for Red!'), line(1.5, 'Red have scored, two one!')]);
    expect(forms.map(({ start }) => start)).toEqual([1, 2.28]);
    expect(drops).toEqual([]);
  });

  it('cuts nothing that has already ended', () => {
    const { forms } = tell([line(1, 'Blue press.'), line(2.25, 'Goal for Red!')]);
    expect(forms.map(({ id, start }) => [id, start])).toEqual([
      ['main-0', 1],
      ['main-1', 2.28],
    ]);
  });
});

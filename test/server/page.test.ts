import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sound } from '../../src/media/sound.js';
import { pcmBytes } from '../../src/media/wav.js';
import { cable, inState, launchBrowser, openPage, SCREENSHOTS, testJpeg } from './browser.js';
import { cueOf, statsOf, type TestBooth, testBooth, utteranceOf } from './harness.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  console.log(`Screenshots of the page: ${SCREENSHOTS}`);
});

const row = (page: Page, text: string) => page.locator('#lines li', { hasText: text });

function tickOf(seq: number, end: number, outcome: 'line' | 'silence' | 'dropped' = 'silence') {
  const frames = [end - 0.5, end - 0.25];
  return { seq, start: end - 0.5, end, frames, outcome, lookMs: 84, captureToCaptionMs: 120 } as const;
}

/** The widest element's overhang over the window, in pixels. */
function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - innerWidth');
}

/** A good part of a match: lines, a goal, silences, drops, figures, a picture and what the model saw. */
function playSome(booth: TestBooth): void {
  booth.previews.next({ capturedAt: 0, jpeg: testJpeg(640, 360) });
  let tick = 0;
  for (let seq = 0; seq < 8; seq += 1) {
    const start = 10 + seq * 8;
    for (let at = start - 5; at < start; at += 0.5) booth.ticks.next(tickOf(tick++, at));
    const goal = seq === 4;
    const text = goal
      ? 'Goal! Blue are level, one apiece!'
      : 'Red knock it about at the back, in no hurry at all.';
    booth.cues.next(cueOf(seq, { start, end: start + 3, text, importance: goal ? 0.95 : 0.3 }));
    booth.ticks.next(tickOf(tick++, start + 0.5, seq % 3 === 0 ? 'dropped' : 'line'));
    booth.utterances.next(utteranceOf(cueOf(seq)));
  }
  const pixels = new Uint8Array(224 * 128 * 3).map((_, index) => (index % 3 === 1 ? 120 : 40));
  const frame = { index: 0, pts: 70, capturedAt: 0, width: 224, height: 128, pixels };
  booth.ticks.next({ ...tickOf(tick, 70), pictures: [frame, frame] });
  booth.stats.next(statsOf({ seconds: 70, captureToAudio: { p50: 530, p95: 700, max: 900, last: 540 } }));
}

describe('the page', () => {
  it('warms up, shows a line as it grows, and keeps it in the transcript', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    expect(await page.title()).toBe('Red v Blue · Booth');
    expect(await page.locator('#notice').textContent()).toBe('The booth is warming up…');
    expect(await page.locator('#empty').isVisible()).toBe(true);

    booth.cues.next(cueOf(0, { start: 75, end: 78, final: false, text: 'Red win it' }));
    await row(page, 'Red win it').waitFor();
    expect(await row(page, 'Red win it').getAttribute('class')).toContain('growing');
    expect(await page.locator('#notice').textContent()).toBe('');
    booth.cues.next(cueOf(0, { start: 75, end: 78, text: 'Red win it back.', captureToCaptionMs: 312 }));
    await row(page, 'Red win it back.').waitFor();
    expect(await page.locator('#lines li').allInnerTexts()).toEqual([
      expect.stringMatching(/01:15\s+Red win it back\.\s+312 ms/),
    ]);
    expect(await page.locator('#caption-text').textContent()).toBe('Red win it back.');
    expect(await page.locator('#announcer').textContent()).toBe('Red win it back.');
    expect(await page.locator('.growing').count()).toBe(0);
    expect(open.faults).toEqual([]);
  });

  it('takes back a line that was withdrawn, and does not tell one twice that was cut', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    booth.cues.next(cueOf(0, { start: 10, end: 14, text: 'Red pass it about.' }));
    booth.cues.next(cueOf(1, { start: 14, end: 16, text: 'Blue win the ball.' }));
    booth.cues.next(cueOf(1, { start: 14, end: 14, text: 'Blue win the ball.' }));
    booth.cues.next(cueOf(0, { start: 10, end: 12, text: 'Red pass it about.' }));
    booth.cues.next(cueOf(2, { start: 12, end: 15, text: 'Goal! One nil!', importance: 0.95 }));
    await row(page, 'Goal!').waitFor();
    expect(await page.locator('#lines .line .text').allInnerTexts()).toEqual([
      'Red pass it about.',
      'Goal! One nil!',
    ]);
    expect(await page.locator('#announcer p').allInnerTexts()).toEqual([
      'Red pass it about.',
      'Blue win the ball.',
      'Goal! One nil!',
    ]);
    expect(await page.locator('#caption-text').textContent()).toBe('Goal! One nil!');
    expect(open.faults).toEqual([]);
  });

  it('says who of two voices speaks', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    booth.cues.next(cueOf(0, { text: 'He is through!', speaker: 'Alex' }));
    booth.cues.next(cueOf(1, { text: 'That run again.', speaker: 'Sam' }));
    await row(page, 'That run again.').waitFor();
    const named = await page.evaluate(
      "[...document.querySelectorAll('#lines .text')].map((text) => getComputedStyle(text, '::before').content)",
    );
    expect(named).toEqual(['"Alex "', '"Sam "']);
    expect(await page.locator('#announcer').textContent()).toContain('Sam: That run again.');
    expect(open.faults).toEqual([]);
  });

  it('shows hostile text as text', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    const text = '<img src=x onerror="document.title=`owned`"><script>alert(1)</script>{{7*7}}';
    booth.cues.next(cueOf(0, { text, lang: '"><script>', model: '<b>' }));
    booth.ticks.next({ ...tickOf(0, 5, 'line'), text });
    await row(page, text).waitFor();
    expect(await page.locator('#caption-text').textContent()).toBe(text);
    expect(await page.locator('main img, main script, header script').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
    expect(open.faults).toEqual([]);
  });

  it('marks big moments, tells the silences that were chosen, and draws the figures', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    playSome(booth);
    await page.locator('#talking', { hasText: '50 %' }).waitFor();
    await page.locator('#seen-frames canvas').nth(1).waitFor();
    expect(await page.locator('#lines .big').allInnerTexts()).toEqual([expect.stringContaining('Goal!')]);
    expect(await page.locator('#lines .silence').count()).toBe(8);
    expect(await page.locator('#lines .silence').last().textContent()).toBe('01:01silence · 4 s');
    expect(await page.locator('#caption-ms').textContent()).toBe('300 ms');
    expect(await page.locator('#voice-note').textContent()).toBe('p50 530 · p95 700 ms');
    expect(await page.locator('#seen-label').textContent()).toBe(
      '01:09.5 – 01:10.0\nkickabout · 84 ms · chose silence',
    );
    const pixel = await page.evaluate(
      "[...document.querySelector('#seen-frames canvas').getContext('2d').getImageData(5, 5, 1, 1).data]",
    );
    expect(pixel).toEqual([40, 120, 40, 255]);
    expect(open.faults).toEqual([]);
  });

  it('shows the picture at its own size', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    booth.previews.next({ capturedAt: 0, jpeg: testJpeg(480, 360) });
    await open.page.locator('.stage.has-picture').waitFor();
    await open.page.locator('#picture[width="480"]').waitFor();
    const colours = await open.page.evaluate(`{
      const copy = new OffscreenCanvas(480, 360).getContext('2d');
      copy.drawImage(document.querySelector('#picture'), 0, 0);
      new Set(new Uint32Array(copy.getImageData(0, 0, 480, 360).data.buffer)).size;
    }`);
    expect(colours).toBeGreaterThan(100);
    const stage = await open.page.locator('#stage').boundingBox();
    expect((stage?.width ?? 0) / (stage?.height ?? 1)).toBeCloseTo(4 / 3, 1);
    expect(open.faults).toEqual([]);
  });

  it('says that the line is down, comes back by itself, and has missed nothing', async () => {
    await using booth = await testBooth();
    await using link = await cable(booth.server.port);
    await using open = await openPage(browser, { server: { url: link.url } });
    const { page } = open;
    booth.cues.next(cueOf(0));
    await row(page, 'Line 0.').waitFor();
    link.cut();
    await inState(page, 'down');
    expect(await page.locator('#notice').textContent()).toMatch(/down/);
    booth.cues.next(cueOf(1));
    booth.cues.next(cueOf(2));
    link.mend();
    await inState(page, 'onair');
    booth.cues.next(cueOf(3));
    await row(page, 'Line 3.').waitFor();
    expect(await page.locator('#lines .line .text').allInnerTexts()).toEqual([
      'Line 0.',
      'Line 1.',
      'Line 2.',
      'Line 3.',
    ]);
  });

  it('starts afresh when another run answers', async () => {
    const first = await testBooth();
    await using open = await openPage(browser, first);
    first.cues.next(cueOf(7, { text: 'Of the first run.' }));
    await row(open.page, 'Of the first run.').waitFor();
    const { port } = first.server;
    await first.server.close();
    await inState(open.page, 'down');
    await using second = await testBooth({ port }, { title: 'Green v White' });
    second.cues.next(cueOf(0, { text: 'Of the second run.' }));
    await row(open.page, 'Of the second run.').waitFor();
    expect(await open.page.locator('#lines li').count()).toBe(1);
    expect(await open.page.title()).toBe('Green v White · Booth');
  });

  it('ends with a summary and the files', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    booth.cues.next(cueOf(0));
    booth.stats.next(statsOf({ seconds: 75, cues: 1 }));
    booth.cues.complete();
    await inState(page, 'ended');
    booth.stats.next(statsOf({ seconds: 76, cues: 2 }));
    await page.locator('#summary', { hasText: '2 lines in 01:16' }).waitFor();
    const summary = await page.locator('#summary').textContent();
    expect(summary).toMatch(/p50 300 · p95 410 ms.*none dropped/s);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('#summary a >> text=VTT'),
    ]);
    expect(download.suggestedFilename()).toBe('captions.vtt');
    expect(open.faults).toEqual([]);
  });

  it('keeps its last three hundred rows, at the newest', async () => {
    await using booth = await testBooth({ history: 1_000 });
    for (let seq = 0; seq < 400; seq += 1) booth.cues.next(cueOf(seq));
    await using open = await openPage(browser, booth);
    const { page } = open;
    await row(page, 'Line 399.').waitFor();
    expect(await page.locator('#lines li').count()).toBe(300);
    const below =
      '(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(lines)';
    await expect.poll(() => page.evaluate(below), { timeout: 30_000 }).toBeLessThan(2);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    // Who has scrolled up is left alone, and can come back.
    await page.evaluate('lines.scrollTop = 0');
    await page.locator('#newest').click();
    await expect.poll(() => page.evaluate(below), { timeout: 30_000 }).toBeLessThan(2);
    expect(open.faults).toEqual([]);
  });

  it('speaks only when asked to, one utterance after another', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    const speaking = page.locator('#voice.speaking');
    expect(await page.locator('#voice-label').textContent()).toBe('Voice off');
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/voice/')) asked.push(pathname);
    });
    booth.utterances.next(utteranceOf(cueOf(0), tone(0.2)));
    await page.locator('#voice-ms', { hasText: '540 ms' }).waitFor();
    await listenIn(page);
    await page.locator('#voice').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#voice').getAttribute('aria-pressed')).toBe('true');

    booth.utterances.next(utteranceOf(cueOf(1), tone(0.3)));
    booth.utterances.next(utteranceOf(cueOf(2), tone(0.1)));
    await expect.poll(() => heardOf(page)).toBeCloseTo(0.4);
    await speaking.waitFor({ state: 'detached' });
    expect(asked).toEqual(['/voice/main-1.wav', '/voice/main-2.wav']);

    booth.utterances.next(utteranceOf(cueOf(3), tone(20)));
    await expect.poll(() => heardOf(page)).toBeGreaterThan(1);
    // A line that comes long before the end of the one before cuts it.
    booth.utterances.next(utteranceOf(cueOf(4), tone(0.1)));
    await speaking.waitFor({ state: 'detached' });
    expect(asked.slice(2)).toEqual(['/voice/main-3.wav', '/voice/main-4.wav']);
    await page.locator('#voice').click();
    expect(await page.locator('#voice-label').textContent()).toBe('Voice off');
    expect(open.faults).toEqual([]);
  });

  it('begins to speak while the sound still arrives, to the sample, and goes on after a line that broke off', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    await listenIn(page);
    await page.locator('#voice').click();
    const { pcm } = tone(0.5);
    const bytes = pcmBytes(pcm.samples);
    const sound = new Sound(pcm.sampleRateHz);
    sound.add(bytes.subarray(0, 3_000));
    booth.utterances.next(utteranceOf(cueOf(0), sound));
    await page.locator('#voice.speaking').waitFor();
    await expect.poll(() => heardOf(page)).toBeCloseTo(1_500 / pcm.sampleRateHz);
    sound.add(bytes.subarray(3_000));
    sound.end();
    await page.locator('#voice.speaking').waitFor({ state: 'detached' });
    expect(await page.evaluate('heard')).toEqual([...pcm.samples].map((sample) => sample / 32_768));

    const stuck = new Sound(pcm.sampleRateHz);
    stuck.add(bytes.subarray(0, 1_000));
    booth.utterances.next(utteranceOf(cueOf(1), stuck));
    await expect.poll(() => heardOf(page)).toBeGreaterThan(0.5);
    booth.utterances.next(utteranceOf(cueOf(2), tone(0.25)));
    stuck.end();
    await expect.poll(() => heardOf(page)).toBeCloseTo(0.75 + 500 / pcm.sampleRateHz);
    await page.locator('#voice.speaking').waitFor({ state: 'detached' });
    expect(open.faults).toEqual([]);
  });

  it('says nothing of an utterance that is no longer kept, and goes on', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    await page.route('**/voice/main-0.wav', (route) => route.fulfill({ status: 404, body: 'x'.repeat(200) }));
    await listenIn(page);
    await page.locator('#voice').click();
    booth.utterances.next(utteranceOf(cueOf(0), tone(1)));
    booth.utterances.next(utteranceOf(cueOf(1), tone(0.25)));
    await expect.poll(() => heardOf(page)).toBeGreaterThan(0);
    await page.locator('#voice.speaking').waitFor({ state: 'detached' });
    expect(await heardOf(page)).toBeCloseTo(0.25);
  });

  it('has no voice button where there is no voice', async () => {
    await using booth = await testBooth({}, { voice: null });
    await using open = await openPage(browser, booth);
    expect(await open.page.locator('#voice').isVisible()).toBe(false);
    expect(await open.page.locator('#no-voice').isVisible()).toBe(true);
  });

  it.each([
    [1_440, 900],
    [1_024, 600],
    [768, 1_024],
    [360, 740],
  ])('fits a window of %i × %i at every stage', async (width, height) => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth, { width, height });
    const { page } = open;
    const look = async (stage: string) => {
      expect(await overflow(page), stage).toBeLessThanOrEqual(0);
      await page.screenshot({ path: join(SCREENSHOTS, `${width}x${height}-${stage}.png`), fullPage: true });
    };
    await look('warming-up');
    playSome(booth);
    await page.locator('#talking', { hasText: '50 %' }).waitFor();
    await page.locator('#seen-frames canvas').nth(1).waitFor();
    booth.cues.next(cueOf(8, { text: 'W'.repeat(300), final: false, start: 80, end: 83 }));
    await row(page, 'WWW').waitFor();
    await look('long-word');
    booth.cues.next(
      cueOf(8, { text: 'Red win it back in the middle, and they have runners ahead.', start: 80, end: 84 }),
    );
    await row(page, 'runners ahead').waitFor();
    await look('on-air');
    booth.cues.complete();
    await inState(page, 'ended');
    await look('ended');
    expect(open.faults).toEqual([]);
  });
});

/** Writes down every sample that is scheduled on the loudspeaker. */
async function listenIn(page: Page): Promise<void> {
  await page.evaluate(`{
    window.heard = [];
    const { start } = AudioBufferSourceNode.prototype;
    AudioBufferSourceNode.prototype.start = function (at) {
      for (const sample of this.buffer.getChannelData(0)) heard.push(sample);
      window.rate = this.buffer.sampleRate;
      return start.call(this, at);
    };
  }`);
}

/** Seconds of sound scheduled so far. */
function heardOf(page: Page): Promise<number> {
  return page.evaluate('heard.length === 0 ? 0 : heard.length / rate');
}

/** Audible. */
function tone(seconds: number): Sound {
  const sampleRateHz = 8_000;
  const samples = Int16Array.from(
    { length: seconds * sampleRateHz },
    (_, index) => 8_000 * Math.sin(index / 3),
  );
  return Sound.of({ samples, sampleRateHz });
}

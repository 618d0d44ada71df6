import type { Browser, Page } from 'playwright-core';
import { Subject } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cue } from '../../src/media/cue.js';
import { cable, inState, launchBrowser, openPage } from './browser.js';
import { cueOf, statsOf, type TestBooth, testBooth } from './harness.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const GOAL = cueOf(0, { start: 10, end: 14.2, text: 'Goal! One nil!', importance: 0.95 });
/** A line that was sent at `sentAt` and goes on screen later. */
const aheadOf = (seq: number, sentAt: number, start: number, end: number, text: string) =>
  cueOf(seq, { start, end, text, frames: [sentAt - 0.25, sentAt] });
const KICK_OFF = aheadOf(1, 12, 14.28, 15.613, 'Blue kick off again.');
const withdrawn = (cue: Cue): Cue => ({ ...cue, end: cue.start });

/** From here on, the page has what is sent at once, and time passes on it only when the test says so. */
async function stopTheClock(page: Page, booth: TestBooth): Promise<void> {
  await arrived(page, booth);
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 1_000);
}

/** Sends cues, and waits until the page has them. */
async function send(page: Page, booth: TestBooth, ...cues: Cue[]): Promise<void> {
  for (const cue of cues) booth.cues.next(cue);
  await arrived(page, booth);
}

/** Messages come in order: figures that are seen have come after all that was sent before. */
async function arrived(page: Page, booth: TestBooth): Promise<void> {
  const before = await page.locator('#talking').textContent();
  const percent = before === '41 %' ? 42 : 41;
  booth.stats.next(statsOf({ talking: percent / 100 }));
  await page.locator('#talking', { hasText: `${percent} %` }).waitFor();
}

/** The caption on screen; `null` when there is none. */
async function onScreen(page: Page): Promise<string | null> {
  const shown = await page.locator('#caption.shown').count();
  return shown === 0 ? null : page.locator('#caption-text').textContent();
}

const listed = (page: Page) => page.locator('#lines .line .text').allInnerTexts();
const announced = (page: Page) => page.locator('#announcer p').allInnerTexts();

describe('a line that is sent ahead of its time', () => {
  it('waits until the one on screen is over', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    await stopTheClock(page, booth);
    await send(page, booth, GOAL);
    await page.clock.runFor(2_000);
    await send(page, booth, KICK_OFF);
    expect(await onScreen(page)).toBe(GOAL.text);
    await page.clock.runFor(2_199);
    expect(await onScreen(page)).toBe(GOAL.text);
    expect(await listed(page)).toEqual([GOAL.text]);
    await page.clock.runFor(2);
    expect(await onScreen(page)).toBeNull();
    await page.clock.runFor(79);
    expect(await onScreen(page)).toBe(KICK_OFF.text);
    expect(await listed(page)).toEqual([GOAL.text, KICK_OFF.text]);
    expect(await announced(page)).toEqual([GOAL.text, KICK_OFF.text]);
    await page.clock.runFor(1_332);
    expect(await onScreen(page)).toBe(KICK_OFF.text);
    await page.clock.runFor(2);
    expect(await onScreen(page)).toBeNull();
    expect(open.faults).toEqual([]);
  });

  it('is never seen where it is withdrawn before', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    await stopTheClock(page, booth);
    const pass = cueOf(0, { start: 10, end: 14.2, text: 'Red pass it about.' });
    await send(page, booth, pass);
    await page.clock.runFor(2_000);
    await send(page, booth, KICK_OFF);
    await page.clock.runFor(500);
    const goal = cueOf(2, { start: 12.5, end: 14.5, text: 'Two nil!', importance: 0.95 });
    await send(page, booth, { ...pass, end: 12.42 }, withdrawn(KICK_OFF), goal);
    expect(await onScreen(page)).toBe(goal.text);
    await page.clock.runFor(5_000);
    expect(await listed(page)).toEqual([pass.text, goal.text]);
    expect(await announced(page)).toEqual([pass.text, goal.text]);
    expect(await onScreen(page)).toBeNull();
    expect(open.faults).toEqual([]);
  });

  it('is as long on screen as its newest form says', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    await stopTheClock(page, booth);
    await send(page, booth, KICK_OFF, { ...KICK_OFF, end: 14.88 });
    await page.clock.runFor(2_281);
    expect(await onScreen(page)).toBe(KICK_OFF.text);
    await page.clock.runFor(600);
    expect(await onScreen(page)).toBeNull();
  });

  it('comes in its turn, however many wait', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    await stopTheClock(page, booth);
    const lines = [1, 2, 3, 4, 5].map((seq) => aheadOf(seq, 10, 10 + seq, 10.9 + seq, `Line ${seq}.`));
    await send(page, booth, ...lines.slice(0, 4));
    expect(await listed(page)).toEqual([]);
    // No more than four wait.
    await send(page, booth, ...lines.slice(4));
    expect(await listed(page)).toEqual(['Line 1.']);
    await page.clock.runFor(2_001);
    expect(await listed(page)).toEqual(['Line 1.', 'Line 2.']);
    // Where one comes that is due, those before it are overdue.
    await send(page, booth, cueOf(6, { start: 16, end: 18 }));
    expect(await listed(page)).toEqual(['Line 1.', 'Line 2.', 'Line 3.', 'Line 4.', 'Line 5.', 'Line 6.']);
    expect(await onScreen(page)).toBe('Line 6.');
    await page.clock.runFor(1_500);
    expect(await onScreen(page)).toBe('Line 6.');
  });

  it('waits on while the line to the booth is down, and comes only where it was not withdrawn meanwhile', async () => {
    await using booth = await testBooth();
    await using link = await cable(booth.server.port);
    await using open = await openPage(browser, { server: { url: link.url } });
    const { page } = open;
    await stopTheClock(page, booth);
    const late = aheadOf(2, 12.5, 15.7, 17, 'Red look for a gap.');
    await send(page, booth, KICK_OFF, late);
    link.cut();
    await inState(page, 'down');
    booth.cues.next(withdrawn(late));
    link.mend();
    await page.clock.runFor(600);
    await inState(page, 'onair');
    await arrived(page, booth);
    expect(await listed(page)).toEqual([]);
    await page.clock.runFor(1_681);
    expect(await onScreen(page)).toBe(KICK_OFF.text);
    await page.clock.runFor(5_000);
    expect(await listed(page)).toEqual([KICK_OFF.text]);
  });

  it('goes with its channel', async () => {
    const cues = new Subject<Cue>();
    const chinese = { channel: 'zh', lang: 'zh', persona: 'play-by-play', voice: 'cmn', cues };
    await using booth = await testBooth({}, {}, [chinese]);
    await using open = await openPage(browser, booth);
    const { page } = open;
    await stopTheClock(page, booth);
    await send(page, booth, KICK_OFF);
    const said = (seq: number, text: string) =>
      cueOf(seq, { id: `zh-${seq}`, channel: 'zh', lang: 'zh', text });
    cues.next(said(0, '界外球。'));
    await page.getByLabel('Language of the commentary').selectOption('zh');
    await page.locator('#lines li', { hasText: '界外球。' }).waitFor();
    cues.next(said(1, '角球。'));
    await page.locator('#lines li', { hasText: '角球。' }).waitFor();
    await page.clock.runFor(5_000);
    expect(await listed(page)).toEqual(['界外球。', '角球。']);
    expect(await page.locator('#caption-text').textContent()).toBe('角球。');
  });

  it('is in the transcript where the run ends before', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    await stopTheClock(page, booth);
    await send(page, booth, GOAL, KICK_OFF);
    booth.cues.complete();
    await inState(page, 'ended');
    expect(await listed(page)).toEqual([GOAL.text, KICK_OFF.text]);
    await page.clock.runFor(5_000);
    expect(await listed(page)).toEqual([GOAL.text, KICK_OFF.text]);
    expect(await onScreen(page)).toBeNull();
  });
});

describe('a line that is cut', () => {
  it('leaves the screen at its new end', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    await stopTheClock(page, booth);
    const pass = cueOf(0, { start: 10, end: 14, text: 'Red pass it about.' });
    await send(page, booth, pass);
    await page.clock.runFor(500);
    const goal = aheadOf(1, 10.5, 10.68, 13, 'Goal! One nil!');
    await send(page, booth, { ...pass, end: 10.6 }, goal);
    await page.clock.runFor(99);
    expect(await onScreen(page)).toBe(pass.text);
    await page.clock.runFor(2);
    expect(await onScreen(page)).toBeNull();
    await page.clock.runFor(80);
    expect(await onScreen(page)).toBe(goal.text);
  });
});

describe('the graph of talking', () => {
  /** Seconds of its minute that have a block, to the nearest. */
  const talked = (page: Page): Promise<number> =>
    page.evaluate(`{
      const graph = document.querySelector('#talking-graph');
      const { width, height } = graph;
      const row = graph.getContext('2d').getImageData(0, Math.round(height * 0.7), width, 1).data;
      Math.round((60 * row.filter((value, index) => index % 4 === 3 && value > 0).length) / width);
    }`);

  const PATIENTLY = { timeout: 30_000 };

  it('has no block for what was withdrawn, and a shorter one for what was cut', async () => {
    await using booth = await testBooth();
    await using open = await openPage(browser, booth);
    const { page } = open;
    booth.cues.next(cueOf(0, { start: 10, end: 30 }));
    booth.stats.next(statsOf({ seconds: 60 }));
    await expect.poll(() => talked(page), PATIENTLY).toBe(20);
    booth.cues.next(cueOf(0, { start: 10, end: 15 }));
    await expect.poll(() => talked(page), PATIENTLY).toBe(5);
    booth.cues.next(cueOf(1, { start: 35, end: 45, final: false }));
    await expect.poll(() => talked(page), PATIENTLY).toBe(15);
    booth.cues.next(cueOf(1, { start: 35, end: 35 }));
    await expect.poll(() => talked(page), PATIENTLY).toBe(5);
    expect(open.faults).toEqual([]);
  });
});

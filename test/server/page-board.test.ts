import type { Browser } from 'playwright-core';
import { Subject } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConfig } from '../../src/config.js';
import { BoothError, ERROR_CODES } from '../../src/errors.js';
import type { Cue } from '../../src/media/cue.js';
import { startChannelServer } from '../../src/server/http.js';
import { launchBrowser, openPage, SCREENSHOTS } from './browser.js';
import { ABOUT, cueOf } from './harness.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const HOSTILE = '<img src=x onerror="document.title=1">';
const { server: config } = makeConfig({ server: { port: 0 } });
const captions = { vtt: () => 'WEBVTT', srt: () => '' };

describe('the page of several channels', () => {
  it('lists them, leads to each and back, and stays up to date', async () => {
    const server = await startChannelServer(config, ['north', 'south', 'lost']);
    const cues = new Subject<Cue>();
    const about = { ...ABOUT, channel: 'north', title: HOSTILE };
    server.open('north', { config, about, captions, channels: [{ ...about, cues }] });
    server.fail('lost', 'INPUT_NOT_FOUND');
    cues.next(cueOf(0, { channel: 'north', text: HOSTILE }));
    await using opened = await openPage(browser, { server }, { width: 360, height: 740 });
    const { page, faults } = opened;
    const entries = page.locator('#channels li');
    await entries.nth(2).waitFor();
    expect(await entries.locator('h2').allTextContents()).toEqual(['north', 'south', 'lost']);
    expect(await entries.locator('.entry-facts').allTextContents()).toEqual([
      `On air · ${HOSTILE} · English`,
      'Opening',
      'Not on the air · its input does not exist (INPUT_NOT_FOUND)',
    ]);
    expect(await entries.locator('.entry-line').first().textContent()).toBe(HOSTILE);
    expect(await page.locator('#status').textContent()).toBe('1 on air');
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(360);
    await page.screenshot({ path: `${SCREENSHOTS}/board.png` });

    cues.next(cueOf(1, { channel: 'north', text: 'What a goal!' }));
    await entries.getByText('What a goal!').waitFor();
    await entries.first().getByRole('link').click();
    await page.locator('#lines .line').getByText('What a goal!').waitFor();
    expect(new URL(page.url()).pathname).toBe('/north/');
    expect(await page.locator('.transcript a.file').getAttribute('href')).toBe('captions.vtt');
    await page.getByRole('link', { name: 'All channels' }).click();
    await entries.nth(2).waitFor();
    expect(faults).toEqual([]);
    await server.close();
    await page.locator('#status').getByText('Reconnecting').waitFor();
  });

  it('leads to one that is not on yet, whose page says so and begins with it', async () => {
    const server = await startChannelServer(config, ['north']);
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    await page.goto(`${server.url}/north/`);
    await page.locator('#status').getByText('Waiting').waitFor();
    expect(await page.locator('#notice').textContent()).toBe(
      'Not on the air yet. Waiting for the programme…',
    );
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    const about = { ...ABOUT, channel: 'north' };
    server.open('north', { config, about, captions, channels: [{ ...about, cues: new Subject<Cue>() }] });
    await page.locator('body[data-state=onair]').waitFor();
    expect(await page.locator('#title').textContent()).toBe('Red v Blue');
    await page.close();
    await server.close();
  });

  it('leads to one that has failed, whose page says so and why, and the way back', async () => {
    const server = await startChannelServer(config, ['lost', 'odd']);
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    await page.goto(`${server.url}/lost/`);
    await page.locator('#status').getByText('Waiting').waitFor();
    server.fail('lost', 'INPUT_NOT_FOUND');
    await page.locator('body[data-state=failed]').waitFor();
    expect(await page.locator('#status').textContent()).toBe('Not on the air');
    expect(await page.locator('#notice').textContent()).toBe(
      'This channel failed: its input does not exist (INPUT_NOT_FOUND). The terminal of the booth says more.',
    );
    expect([await page.title(), await page.locator('#title').textContent()]).toEqual([
      'lost · Booth',
      'lost',
    ]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await page.screenshot({ path: `${SCREENSHOTS}/failed.png` });
    await page.getByRole('link', { name: 'All channels' }).click();
    await page.locator('#channels li').nth(1).waitFor();

    server.fail('odd', HOSTILE);
    await page.goto(`${server.url}/odd/`);
    await page.locator('#notice').getByText(HOSTILE).waitFor();
    expect(await page.locator('#notice *').count()).toBe(0);
    await page.close();
    await server.close();
  });

  it('leads to one that broke off, whose page has what was said and why it ended', async () => {
    const server = await startChannelServer(config, ['north']);
    const cues = new Subject<Cue>();
    const about = { ...ABOUT, channel: 'north' };
    server.open('north', { config, about, captions, channels: [{ ...about, cues }] });
    cues.next(cueOf(0, { channel: 'north', text: 'What a goal!' }));
    cues.error(new BoothError('SOURCE_STALLED', HOSTILE));
    server.fail('north', 'SOURCE_STALLED');
    const page = await browser.newPage();
    await page.goto(`${server.url}/north/`);
    await page.locator('#lines .line').getByText('What a goal!').waitFor();
    expect(await page.locator('#summary-title').textContent()).toBe(
      'The programme broke off: its input sends no pictures (SOURCE_STALLED)',
    );
    await page.close();
    await server.close();
  });
});

it('the page has plain words for each code of an input and of a model, and none for what it does not know', async () => {
  const server = await startChannelServer(config, ['north']);
  const page = await browser.newPage();
  await page.goto(server.url);
  const reasonsOf = (codes: readonly string[]) =>
    page.evaluate<string[]>(
      `import('/north/reason.js').then(({ reasonOf }) => ${JSON.stringify(codes)}.map(reasonOf))`,
    );
  const codes = Object.entries(ERROR_CODES).flatMap(([code, { stage }]) =>
    stage === 'source' || stage === 'vlm' ? [code] : [],
  );
  const reasons = await reasonsOf(codes);
  expect(reasons).toEqual(codes.map((code) => expect.stringMatching(`^[a-z][^A-Z]+ \\(${code}\\)$`)));
  expect(await reasonsOf(['constructor', 'NEW_CODE'])).toEqual(['constructor', 'NEW_CODE']);
  await page.close();
  await server.close();
});

import type { Browser } from 'playwright-core';
import { Subject } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConfig } from '../../src/config.js';
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
      'Not on the air · INPUT_NOT_FOUND',
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
});

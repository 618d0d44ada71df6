import type { Browser } from 'playwright-core';
import { Subject } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cue } from '../../src/media/cue.js';
import { launchBrowser } from './browser.js';
import { cueOf, testBooth } from './harness.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const enCue = (seq: number) => cueOf(seq, { id: `en-${seq}`, channel: 'en', text: `Corner number ${seq}.` });
const zhCue = (seq: number) =>
  cueOf(seq, { id: `zh-${seq}`, channel: 'zh', lang: 'zh', text: `第${seq}个角球。` });

async function bilingual() {
  const cues = new Subject<Cue>();
  const chinese = { channel: 'zh', lang: 'zh', persona: 'play-by-play', voice: 'cmn', cues };
  const booth = await testBooth({}, { channel: 'en' }, [chinese]);
  for (const seq of [0, 1]) {
    booth.cues.next(enCue(seq));
    cues.next(zhCue(seq));
  }
  return { booth, zh: cues };
}

describe('the page of several languages', () => {
  it('lets its reader choose one, with its transcript, files and a lasting address', async () => {
    const { booth, zh } = await bilingual();
    await using _ = booth;
    const page = await browser.newPage();
    await page.goto(booth.server.url);
    const lines = page.locator('#lines .line .text');
    await lines.nth(1).waitFor();
    expect(await lines.allTextContents()).toEqual(['Corner number 0.', 'Corner number 1.']);
    const choice = page.getByLabel('Language of the commentary');
    expect(await choice.locator('option').allTextContents()).toEqual(['English', '中文']);

    await choice.selectOption('zh');
    await lines.getByText('第1个角球。').waitFor();
    expect(await lines.allTextContents()).toEqual(['第0个角球。', '第1个角球。']);
    expect(await lines.first().getAttribute('lang')).toBe('zh');
    booth.cues.next(enCue(2));
    zh.next(zhCue(2));
    await lines.getByText('第2个角球。').waitFor();
    expect(await page.locator('#caption-text').textContent()).toBe('第2个角球。');
    expect(await lines.allTextContents()).not.toContain('Corner number 2.');
    const file = page.locator('.transcript a.file');
    expect(await file.getAttribute('href')).toBe('captions.vtt?channel=zh');
    expect(await file.getAttribute('download')).toBe('captions.zh.vtt');

    await page.reload();
    await lines.nth(2).waitFor();
    expect(await lines.allTextContents()).toEqual(['第0个角球。', '第1个角球。', '第2个角球。']);
    expect(new URL(page.url()).hash).toBe('#zh');
    await page.close();
  });

  it('offers no choice where there is one', async () => {
    await using booth = await testBooth();
    const page = await browser.newPage();
    await page.goto(booth.server.url);
    await page.locator('body[data-state=onair]').waitFor();
    expect(await page.locator('#lang').textContent()).toBe('English');
    expect(await page.locator('#channel').isVisible()).toBe(false);
    expect(await page.locator('.transcript a.file').getAttribute('href')).toBe('captions.vtt');
    await page.close();
  });
});

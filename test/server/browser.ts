import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { TestBooth } from './harness.js';

/** Where this run's screenshots go; the folder's name is printed, since they are made to be looked at. */
export const SCREENSHOTS = mkdtempSync(join(tmpdir(), 'booth-page-'));

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** What a visitor should never cause: errors, refusals by the content security policy, requests to elsewhere. */
  readonly faults: readonly string[];
}

/** The page of a booth, once it has been greeted. */
export async function openPage(
  browser: Browser,
  booth: Pick<TestBooth, 'server'> | { server: { url: string } },
  viewport = { width: 1_440, height: 900 },
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|blob:|data:)/.test(request.url())) faults.push(request.url());
  });
  await page.goto(booth.server.url);
  await inState(page, 'onair');
  return { page, faults, [Symbol.asyncDispose]: () => context.close() };
}

export async function inState(page: Page, state: string): Promise<void> {
  await page.locator(`body[data-state=${state}]`).waitFor();
}

/** A still of ffmpeg's test picture. */
export function testJpeg(width: number, height: number): Uint8Array {
  const source = `testsrc2=size=${width}x${height}:duration=1`;
  const flags = ['-v', 'error', '-f', 'lavfi', '-i', source, '-frames:v', '1', '-f', 'mjpeg', 'pipe:1'];
  return execFileSync('ffmpeg', flags);
}

/** A relay before a server that the test can cut like a cable and mend again. */
export async function cable(
  port: number,
): Promise<{ url: string; cut(): void; mend(): void } & AsyncDisposable> {
  const ends = new Set<Socket>();
  let whole = true;
  const relay = createServer((near) => {
    if (!whole) {
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => {
        ends.delete(end);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const cut = () => {
    whole = false;
    for (const end of ends) end.destroy();
  };
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    cut,
    mend: () => {
      whole = true;
    },
    async [Symbol.asyncDispose]() {
      cut();
      relay.close();
      await once(relay, 'close');
    },
  };
}

import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConfig } from '../../src/config.js';
import type { Utterance } from '../../src/media/utterance.js';
import { muxArguments } from '../../src/narration/ffmpeg.js';
import { type NarrateOptions, narrate } from '../../src/narration/narrate.js';
import { findTts } from '../../src/speech/find-tts.js';
import { utterances } from '../../src/speech/utter.js';
import { cue, toneSound } from '../speech/fakes.js';
import { levelAt, loudness, makeVideo, pictureHash, probe, sound, subtitles } from './media.js';

const config = makeConfig({ speech: { timeoutMs: 120_000 } });
const LINE = 'The red side win the ball in midfield and break.';
const VTT = `WEBVTT

00:03.000 --> 00:06.000
${LINE}

00:09.000 --> 00:10.000
Goal!

00:11.500 --> 00:15.000
And that is the whistle.
`;

let folder: string;
let match: string;
let captions: string;
let spoken: Utterance[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'booth-narration-'));
  match = join(folder, 'match.mkv');
  captions = join(folder, 'match.vtt');
  await writeFile(captions, VTT);
  await makeVideo(match, 12);
  const tts = await findTts(config.speech, 'en');
  if (tts === null) throw new Error('no speech engine is installed');
  const cues = [cue(0, { start: 3, end: 6, text: LINE }), cue(1, { start: 9, end: 10, text: 'Goal!' })];
  const made = utterances(tts, cues, { onDrop: () => {} });
  spoken = [];
  for await (const utterance of made) spoken.push(utterance);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const told = (changes: Partial<NarrateOptions> & Pick<NarrateOptions, 'out'>) =>
  narrate({
    input: match,
    hasAudio: true,
    duration: 12,
    utterances: spoken,
    captions,
    lang: 'en',
    config: config.narration,
    ...changes,
  });

describe('narrate', () => {
  it('copies the picture and adds the voice and the captions, named and in their language', async () => {
    const out = join(folder, 'told.mp4');
    const shares: number[] = [];
    await told({ out, onProgress: (share) => shares.push(share) });

    const { streams, duration } = await probe(out);
    expect(streams.map((stream) => stream.codec_name)).toEqual(['h264', 'aac', 'mov_text']);
    expect(duration).toBeCloseTo(12, 0);
    expect(await pictureHash(out)).toBe(await pictureHash(match));
    const [, audio, text] = streams;
    expect(audio?.tags).toMatchObject({ language: 'eng', handler_name: 'Commentary' });
    expect(text?.tags).toMatchObject({ language: 'eng', handler_name: 'Commentary' });
    expect(text?.disposition.default).toBe(1);
    expect(await subtitles(out)).toContain(`00:00:03,000 --> 00:00:06,000\n${LINE}`);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect((await readdir(folder)).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('reads a video over HTTP, and gives up a server that falls silent', async () => {
    const server = createServer((_, response) => createReadStream(match).pipe(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const input = `http://127.0.0.1:${(server.address() as AddressInfo).port}/match.mkv`;
    const out = join(folder, 'remote.mp4');
    await told({ input, out });
    expect(await pictureHash(out)).toBe(await pictureHash(match));
    server.close();

    const shown = {
      videoCodec: 'h264',
      sampleRateHz: 22_050,
      captions,
      lang: 'en',
      config: config.narration,
    };
    const args = muxArguments({ ...shown, input, out, hasAudio: true, duration: 12 }).join(' ');
    expect(args).toMatch(/-rw_timeout \d+ -i http:/);
    expect(args).toMatch(/-reconnect 1 .*-i http:/);
  });

  it('says so where a picture leaves no time to speak in', async () => {
    await expect(told({ duration: 0, out: join(folder, 'picture.mp4') })).rejects.toMatchObject({
      code: 'NARRATION_FAILED',
      message: expect.stringContaining('lasts 0 s') as string,
    });
  });

  it('puts the index in front, so that a player can start at once', async () => {
    const out = join(folder, 'fast.mp4');
    await told({ out });
    const bytes = await readFile(out);
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
  });

  it('lowers the programme by at least 8 dB under the voice, and brings it back', async () => {
    const out = join(folder, 'ducked.mp4');
    await told({ out });
    const samples = await sound(out);
    const before = levelAt(samples, 1_000, 1, 2.8);
    const under = levelAt(samples, 1_000, 3.3, 3 + (spoken[0]?.sound.seconds ?? 0) - 0.2);
    const after = levelAt(samples, 1_000, 7.5, 8.8);
    expect(before).toBeGreaterThan(-25);
    expect(before - under).toBeGreaterThan(8);
    expect(before - under).toBeLessThan(20);
    expect(Math.abs(after - before)).toBeLessThan(1);
    expect(loudness(samples, 3, 5)).toBeGreaterThan(-30);
    console.info(
      `ducking: ${(before - under).toFixed(1)} dB, recovered to ${(after - before).toFixed(2)} dB`,
    );
  });

  it('leaves the programme alone when told to', async () => {
    const out = join(folder, 'loud.mp4');
    await told({ out, config: { duckDb: 0, voiceGainDb: 0 } });
    const samples = await sound(out);
    expect(Math.abs(levelAt(samples, 1_000, 1, 2.8) - levelAt(samples, 1_000, 3.3, 5))).toBeLessThan(2);
  });

  it('makes a sound track for a silent film, encodes what MP4 cannot hold, and takes odd sizes', async () => {
    const input = join(folder, 'silent.webm');
    await makeVideo(input, 4, { size: '63x35', video: ['-c:v', 'libvpx', '-b:v', '200k'], sound: [] });
    const out = join(folder, 'silent.mp4');
    const line = [{ ...spoken[1], cue: cue(0, { start: 1 }) } as Utterance];
    await told({ input, hasAudio: false, duration: 4, utterances: line, lang: 'zh', out });

    const { streams, duration } = await probe(out);
    expect(streams.map((stream) => stream.codec_name)).toEqual(['h264', 'aac', 'mov_text']);
    expect(streams[2]?.tags?.language).toBe('zho');
    expect(duration).toBeGreaterThan(3.8);
    const samples = await sound(out);
    expect(loudness(samples, 0, 0.9)).toBeLessThan(-80);
    expect(loudness(samples, 1, 1.3)).toBeGreaterThan(-30);
    expect(loudness(samples, 2.5, 3.8)).toBeLessThan(-80);
  });

  it('keeps the voice where the programme is shorter than the picture', async () => {
    const input = join(folder, 'short-sound.mkv');
    const twoSeconds = ['-f', 'lavfi', '-i', 'sine=frequency=1000:duration=2', '-c:a', 'aac'];
    await makeVideo(input, 6, { sound: twoSeconds });
    const out = join(folder, 'short-sound.mp4');
    const line = [{ ...spoken[0], cue: cue(0, { start: 3 }) } as Utterance];
    await told({ input, duration: 6, utterances: line, out });
    expect(loudness(await sound(out), 3, 4)).toBeGreaterThan(-30);
    expect((await probe(out)).duration).toBeCloseTo(6, 0);
  });

  it('takes a run in which nothing was said', async () => {
    const empty = join(folder, 'empty.vtt');
    await writeFile(empty, 'WEBVTT\n\n');
    const out = join(folder, 'empty.mp4');
    await told({ utterances: [], captions: empty, out });
    expect((await probe(out)).streams.map((stream) => stream.codec_name)).toEqual([
      'h264',
      'aac',
      'mov_text',
    ]);
  });

  it('takes SubRip captions and utterances that come as a stream', async () => {
    const srt = join(folder, 'match.srt');
    await writeFile(srt, `1\n00:00:03,000 --> 00:00:06,000\n${LINE}\n\n`);
    async function* stream() {
      yield* spoken;
    }
    const out = join(folder, 'srt.mp4');
    await told({ captions: srt, utterances: stream(), out });
    expect(await subtitles(out)).toContain(LINE);
  });

  it('treats names as names, whatever they look like', async () => {
    const odd = join(folder, '-i $(touch executed) %d');
    await mkdir(odd);
    const input = join(odd, "-y 'concat:a|b'.mkv");
    await makeVideo(input, 2);
    const vtt = join(odd, '--help [1]:.vtt');
    await writeFile(vtt, VTT);
    const out = join(odd, '-f null.mp4');
    await told({ input, captions: vtt, duration: 2, utterances: [], out });
    expect((await probe(out)).streams).toHaveLength(3);
    expect((await readdir(odd)).sort()).toEqual(['--help [1]:.vtt', '-f null.mp4', "-y 'concat:a|b'.mkv"]);
  });

  it('kills ffmpeg on abort and leaves no file', async () => {
    const abort = new AbortController();
    const out = join(folder, 'aborted.mp4');
    async function* endless(): AsyncGenerator<Utterance> {
      for (let start = 0; ; start += 1) {
        if (start === 3) abort.abort(new Error('the user left'));
        yield {
          cue: cue(start, { start }),
          sound: toneSound(0.5),
          voice: 'tone',
          captureToAudioMs: null,
        };
      }
    }
    await expect(told({ out, duration: 3_600, utterances: endless(), signal: abort.signal })).rejects.toThrow(
      'the user left',
    );
    expect(await ffmpegsOn(folder)).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.includes('aborted'))).toEqual([]);
  });

  it('passes on what the speech engine raises, and leaves no file', async () => {
    async function* broken(): AsyncGenerator<Utterance> {
      yield* spoken;
      throw new Error('the voice is gone');
    }
    const out = join(folder, 'broken.mp4');
    await expect(told({ out, utterances: broken() })).rejects.toThrow('the voice is gone');
    expect((await readdir(folder)).filter((name) => name.includes('broken'))).toEqual([]);
  });

  it('says in one line what ffmpeg could not read', async () => {
    const input = join(folder, 'text.mp4');
    await writeFile(input, 'this is no video');
    const failure = await told({ input, out: join(folder, 'none.mp4') }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'NARRATION_FAILED',
      message: expect.stringContaining('Invalid data'),
    });
    expect((failure as Error).message).not.toContain('\n');
  });

  it('says that it cannot write', async () => {
    const out = join(match, 'inside-a-file', 'x.mp4');
    await expect(told({ out })).rejects.toMatchObject({ code: 'NARRATION_FAILED' });
  });

  it('never replaces its own input', async () => {
    const input = join(folder, 'same.mp4');
    await makeVideo(input, 1);
    const { size } = await stat(input);
    await expect(told({ input, out: input, duration: 1 })).rejects.toMatchObject({
      code: 'NARRATION_FAILED',
    });
    expect((await stat(input)).size).toBe(size);
  });

  it.each(['rtmp://127.0.0.1/live', '-', 'concat:a|b', 'lavfi:testsrc'])(
    'refuses %s, which cannot be read twice',
    async (input) => {
      await expect(told({ input, out: join(folder, 'live.mp4') })).rejects.toMatchObject({
        code: 'NARRATION_FAILED',
      });
    },
  );
});

/** Pids of ffmpeg processes that have `path` on their command line. */
async function ffmpegsOn(path: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return pids.filter((_, index) => lines[index]?.startsWith('ffmpeg') && lines[index]?.includes(path));
}

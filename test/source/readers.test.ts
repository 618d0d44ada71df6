import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { byte, feeder, signed, take, unsigned } from '../../src/source/byte-reader.js';
import { jpegReader } from '../../src/source/jpeg.js';
import { frameReader } from '../../src/source/rawvideo.js';
import { recordedTimeline } from '../../src/source/timeline.js';
import { fc } from '../support/fc.js';

const clock = { now: () => 7 };

const testPicture = (size: string) =>
  `testsrc2=size=64x48:rate=10:duration=1,scale=${size.replace('x', ':')}`;

/** One second of a picture in NUT, and the same in plain rawvideo, as ffmpeg writes them. */
const nut = (graph: string) => ffmpeg(graph, 'nut', '-write_index', '0');
const rgb = (graph: string) => ffmpeg(graph, 'rawvideo');

function ffmpeg(graph: string, format: string, ...args: string[]): Buffer {
  const output = ['-pix_fmt', 'rgb24', '-c:v', 'rawvideo', '-f', format, ...args, 'pipe:1'];
  return execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', graph, ...output]);
}

describe('frameReader', () => {
  it.each([
    ['2x2', 2, 2],
    ['17x3', 17, 3],
    ['160x90', 160, 90],
  ])('gives the same pixels as plain rawvideo at %s, with the pts', (size, width, height) => {
    const read = frameReader({ width, height, fps: 10 }, recordedTimeline(clock));
    const frames = read(nut(testPicture(size)));
    expect(Buffer.concat(frames.map((frame) => frame.pixels)).equals(rgb(testPicture(size)))).toBe(true);
    expect(frames.map((frame) => frame.pts)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
    expect(frames.map((frame) => frame.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(frames[0]).toMatchObject({ width, height, capturedAt: 7 });
  });

  it('does not mind where the chunks are cut', () => {
    const whole = nut(testPicture('6x4'));
    const pixels = rgb(testPicture('6x4'));
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const read = frameReader({ width: 6, height: 4, fps: 10 }, recordedTimeline(clock));
        const frames = edges.flatMap((edge, index) => read(whole.subarray(edge, edges[index + 1] ?? edge)));
        expect(Buffer.concat(frames.map((frame) => frame.pixels)).equals(pixels)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('leaves out a frame that the end cuts off', () => {
    const read = frameReader({ width: 6, height: 4, fps: 10 }, recordedTimeline(clock));
    expect(read(nut(testPicture('6x4')).subarray(0, -5))).toHaveLength(9);
  });

  it('keeps pictures that NUT stores shortened', () => {
    const graph = 'color=size=1x1:rate=10:duration=1,format=rgb24,lutrgb=r=0:g=0:b=1';
    const stored = nut(graph);
    const read = frameReader({ width: 1, height: 1, fps: 10 }, recordedTimeline(clock));
    const frames = read(stored);
    expect(frames.map((frame) => [...frame.pixels])).toEqual(Array(frames.length).fill([0, 0, 1]));
    expect(frames).toHaveLength(10);
  });

  it('raises FFMPEG_EXITED for what is not NUT, and for frames of another size', () => {
    const read = (width: number) => frameReader({ width, height: 4, fps: 10 }, recordedTimeline(clock));
    expect(() => read(6)(Buffer.alloc(64))).toThrowError(expect.objectContaining({ code: 'FFMPEG_EXITED' }));
    expect(() => read(7)(nut(testPicture('6x4')))).toThrowError(/72 bytes where 7×4 takes 84/);
  });
});

describe('byte readings', () => {
  const run = <Result>(reading: Generator<Uint8Array, Result, void>, ...bytes: number[]) =>
    feeder(reading)(Uint8Array.from(bytes));

  it('reads numbers of variable length', () => {
    expect(run(byte(), 200)).toBe(200);
    expect(run(unsigned(), 0x7f)).toBe(127);
    expect(run(unsigned(), 0x81, 0x00)).toBe(128);
    expect(run(unsigned(), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)).toBe(2 ** 49 - 1);
    expect([1, 2, 3, 4].map((coded) => run(signed(), coded))).toEqual([1, -1, 2, -2]);
  });

  it('waits for what is missing', () => {
    const feed = feeder(take(3));
    expect(feed(Uint8Array.of(1, 2))).toBeUndefined();
    expect(feed(Uint8Array.of(3, 4))).toEqual(Uint8Array.of(1, 2, 3));
  });
});

describe('jpegReader', () => {
  const picture = (fill: number) => Uint8Array.of(0xff, 0xd8, fill, 0xff, 0x00, fill, 0xff, 0xd9);

  it('finds each picture, wherever the chunks are cut', () => {
    const stream = Buffer.concat([picture(1), picture(2), picture(3)]);
    const read = jpegReader();
    const found = [...stream].map((value) => read(Uint8Array.of(value))).filter((jpeg) => jpeg !== null);
    expect(found.map((jpeg) => [...jpeg])).toEqual([1, 2, 3].map((fill) => [...picture(fill)]));
  });

  it('drops all but the newest picture of a chunk', () => {
    const read = jpegReader();
    expect(read(Buffer.concat([picture(1), picture(2), picture(3).subarray(0, 3)]))).toEqual(picture(2));
    expect(read(picture(3).subarray(3))).toEqual(picture(3));
  });
});

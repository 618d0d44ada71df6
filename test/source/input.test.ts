import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config.js';
import { BoothError } from '../../src/errors.js';
import { parseInput, withoutCredentials } from '../../src/source/input.js';

const parse = (input: string) => parseInput(input, DEFAULTS.source.protocols);
const refusal = (input: string) => {
  try {
    return `accepted as ${parse(input).kind}`;
  } catch (error) {
    return error instanceof BoothError ? `${error.code} ${error.message}` : String(error);
  }
};

describe('parseInput', () => {
  it.each([
    ['match.mp4', 'file', `file:${process.cwd()}/match.mp4`],
    ['./-i.mp4', 'file', `file:${process.cwd()}/-i.mp4`],
    ['/videos/a b.mkv', 'file', 'file:/videos/a b.mkv'],
    ['file:///videos/a.mkv', 'file', 'file:/videos/a.mkv'],
    ['./odd:name.mp4', 'file', `file:${process.cwd()}/odd:name.mp4`],
    ['-', 'stdin', 'pipe:0'],
    ['https://example.org/live.m3u8?token=1', 'http', 'https://example.org/live.m3u8?token=1'],
    ['rtsp://camera.local/1', 'rtsp', 'rtsp://camera.local/1'],
    ['rtmp://127.0.0.1:1935/live/match', 'rtmp', 'rtmp://127.0.0.1:1935/live/match'],
    ['udp://@239.0.0.1:1234', 'udp', 'udp://@239.0.0.1:1234'],
    ['srt://:9000?mode=listener', 'srt', 'srt://:9000?mode=listener'],
    ['v4l2:/dev/video0', 'webcam', '/dev/video0'],
    ['lavfi:testsrc2=size=64x48:rate=5,hue=s=0', 'lavfi', 'testsrc2=size=64x48:rate=5,hue=s=0'],
  ])('reads %s as %s', (input, kind, url) => {
    expect(parse(input)).toMatchObject({ kind, url });
  });

  it.each([
    ['', 'empty'],
    ['-i', 'looks like an option'],
    ['--help', 'looks like an option'],
    ['a\nb.mp4', 'control characters'],
    ['a\u0000.mp4', 'control characters'],
    ['concat:a.ts|b.ts', '"concat" is not allowed'],
    ['data:video/mp4;base64,AAAA', '"data" is not allowed'],
    ['pipe:3', 'not a way in'],
    ['hls:x', 'not a way in'],
    ['http://', 'not a http:// URL with a host'],
    ['rtmp://host/app playpath=x', 'not a rtmp:// URL'],
    ['v4l2:/etc/passwd', 'v4l2:/dev/video0'],
  ])('refuses %j', (input, why) => {
    expect(refusal(input)).toMatch(/^INPUT_REFUSED /);
    expect(refusal(input)).toContain(why);
  });

  it.each([
    'movie=/etc/passwd',
    'amovie=x.wav',
    'testsrc2[a];movie=x.mp4[b];[a][b]overlay',
    'life=filename=/etc/passwd',
    'color,drawtext=textfile=/etc/passwd',
    'color,drawbox=/color=/etc/passwd',
    "color,'movie'=x.mp4",
    'color,mo\\vie=x.mp4',
    'color,subtitles=x.srt',
    'sws_flags=bicubic;testsrc2',
  ])('refuses the graph %s, which could read files', (graph) => {
    expect(refusal(`lavfi:${graph}`)).toMatch(/^INPUT_REFUSED /);
  });

  it('refuses a protocol that the configuration leaves out', () => {
    expect(() => parseInput('rtsp://camera/1', ['file'])).toThrowError(/"rtsp" is not allowed/);
  });

  it('names inputs without credentials and query', () => {
    expect(parse('rtsp://me:secret@camera.local:554/1?key=2').name).toBe('rtsp://camera.local:554/1');
    expect(refusal('ftp://me:secret@host/x')).not.toContain('secret');
    expect(withoutCredentials('open rtsp://u:p@h/1 failed')).toBe('open rtsp://h/1 failed');
    expect(withoutCredentials('rtsp://u:p@ss@h/1: refused')).toBe('rtsp://h/1: refused');
    expect(withoutCredentials('srt://h:9000?streamid=#!::r=live,s=secret&passphrase=hunter2')).toBe(
      'srt://h:9000',
    );
    expect(withoutCredentials('http://h/x.m3u8?Policy=a:b&Signature=S: Connection refused')).toBe(
      'http://h/x.m3u8: Connection refused',
    );
    expect(withoutCredentials('https://h/a.m3u8?token=1: 403')).toBe('https://h/a.m3u8: 403');
  });
});

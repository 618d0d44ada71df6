import { BoothError } from '../errors.js';
import { byte, feeder, type Reading, signed, take, unsigned } from './byte-reader.js';

/**
 * NUT, ffmpeg's own container, as far as one stream of raw video needs it: it keeps each frame's exact pts
 * beside its bytes, which raw video alone does not. Source: "NUT Open Container Format",
 * https://ffmpeg.org/~michael/nut.txt, whose names the fields here bear, and libavformat/nutenc.c.
 *
 * Tells each frame to `onFrame`: seconds, and bytes that are the receiver's own. Ends with the stream only.
 * Raises FFMPEG_EXITED for what is not NUT.
 */
export function* readNut(onFrame: (pts: number, payload: Uint8Array) => void): Reading<never> {
  const fileId = Buffer.from(yield* take(FILE_ID.length)).toString('latin1');
  if (fileId !== FILE_ID) throw notNut('it does not begin with a NUT file id');

  let header: MainHeader = { timeBases: [], frameCodes: [], elisions: [] };
  let stream: StreamHeader = { timeBase: { numerator: 1, denominator: 1 }, msbPtsShift: 0 };
  let lastPts = 0;
  for (;;) {
    const first = yield* byte();
    if (first !== STARTCODE) {
      const frame = yield* readFrame(first, header, stream, lastPts);
      lastPts = frame.pts;
      onFrame((frame.pts * stream.timeBase.numerator) / stream.timeBase.denominator, frame.payload);
      continue;
    }
    const { type, body } = yield* readPacket();
    if (type === 'M') header = parse(body, mainHeader());
    if (type === 'S') stream = parse(body, streamHeader(header));
    if (type === 'K') lastPts = parse(body, syncpoint(header, stream));
  }
}

const FILE_ID = 'nut/multimedia container\0';
const STARTCODE = 'N'.charCodeAt(0);
/** Headers are a few hundred bytes; more than this is not ours. */
const MAX_PACKET_BYTES = 1_048_576;

interface TimeBase {
  readonly numerator: number;
  readonly denominator: number;
}

interface MainHeader {
  readonly timeBases: readonly TimeBase[];
  readonly frameCodes: readonly (FrameCode | undefined)[];
  /** Bytes that frames may leave out at their beginning. */
  readonly elisions: readonly Uint8Array[];
}

interface StreamHeader {
  readonly timeBase: TimeBase;
  readonly msbPtsShift: number;
}

interface FrameCode {
  readonly flags: number;
  readonly ptsDelta: number;
  readonly sizeMul: number;
  readonly sizeLsb: number;
  readonly reservedCount: number;
  readonly headerIndex: number;
}

const FLAG = {
  CODED_PTS: 1 << 3,
  STREAM_ID: 1 << 4,
  SIZE_MSB: 1 << 5,
  CHECKSUM: 1 << 6,
  RESERVED: 1 << 7,
  HEADER_INDEX: 1 << 10,
  MATCH_TIME: 1 << 11,
  CODED: 1 << 12,
} as const;

function* readPacket(): Reading<{ type: string; body: Uint8Array }> {
  const [letter = 0] = yield* take(7);
  const forward = yield* unsigned();
  if (forward > MAX_PACKET_BYTES) throw notNut(`it has a header of ${forward} bytes`);
  if (forward > 4096) yield* take(4);
  return { type: String.fromCharCode(letter), body: yield* take(forward) };
}

function* mainHeader(): Reading<MainHeader> {
  const version = yield* unsigned();
  if (version > 3) yield* unsigned();
  yield* unsigned(); // stream_count
  yield* unsigned(); // max_distance
  const timeBases: TimeBase[] = [];
  for (let left = yield* unsigned(); left > 0; left--) {
    timeBases.push({ numerator: yield* unsigned(), denominator: yield* unsigned() });
  }
  const frameCodes = yield* frameCodeTable();
  const elisions: Uint8Array[] = [new Uint8Array(0)];
  for (let left = yield* unsigned(); left > 0; left--) elisions.push(yield* take(yield* unsigned()));
  return { timeBases, frameCodes, elisions };
}

/** 256 codes in runs that share all but the size. The code `N` stays free, for it begins a startcode. */
function* frameCodeTable(): Reading<MainHeader['frameCodes']> {
  const codes: (FrameCode | undefined)[] = [];
  let [ptsDelta, sizeMul, headerIndex] = [0, 1, 0];
  while (codes.length < 256) {
    const flags = yield* unsigned();
    const fields = yield* unsigned();
    if (fields > 0) ptsDelta = yield* signed();
    if (fields > 1) sizeMul = yield* unsigned();
    if (fields > 2) yield* unsigned(); // stream_id
    const size = fields > 3 ? yield* unsigned() : 0;
    const reservedCount = fields > 4 ? yield* unsigned() : 0;
    const count = fields > 5 ? yield* unsigned() : sizeMul - size;
    if (fields > 6) yield* signed(); // match_time_delta
    if (fields > 7) headerIndex = yield* unsigned();
    for (let unknown = 8; unknown < fields; unknown++) yield* unsigned();
    for (let run = 0; run < count && codes.length < 256; run++) {
      if (codes.length === STARTCODE) codes.push(undefined);
      codes.push({ flags, ptsDelta, sizeMul, sizeLsb: size + run, reservedCount, headerIndex });
    }
  }
  return codes;
}

function* streamHeader({ timeBases }: MainHeader): Reading<StreamHeader> {
  yield* unsigned(); // stream_id
  yield* unsigned(); // stream_class
  yield* take(yield* unsigned()); // fourcc
  const timeBase = timeBases[yield* unsigned()];
  if (timeBase === undefined) throw notNut('its stream has no time base');
  return { timeBase, msbPtsShift: yield* unsigned() };
}

/** The pts that the next frame's is counted from, in the stream's time base. */
function* syncpoint({ timeBases }: MainHeader, { timeBase }: StreamHeader): Reading<number> {
  const coded = yield* unsigned();
  const own = timeBases[coded % timeBases.length] ?? timeBase;
  const ticks = Math.floor(coded / timeBases.length);
  const product = BigInt(ticks) * BigInt(own.numerator) * BigInt(timeBase.denominator);
  return Number(product / (BigInt(own.denominator) * BigInt(timeBase.numerator)));
}

function* readFrame(
  code: number,
  { frameCodes, elisions }: MainHeader,
  { msbPtsShift }: StreamHeader,
  lastPts: number,
): Reading<{ pts: number; payload: Uint8Array }> {
  const kind = frameCodes[code];
  if (kind === undefined) throw notNut(`it has a frame of the unknown code ${code}`);
  const flags = kind.flags & FLAG.CODED ? kind.flags ^ (yield* unsigned()) : kind.flags;
  if (flags & FLAG.STREAM_ID) yield* unsigned();
  const pts =
    flags & FLAG.CODED_PTS ? fullPts(yield* unsigned(), msbPtsShift, lastPts) : lastPts + kind.ptsDelta;
  const sizeMsb = flags & FLAG.SIZE_MSB ? yield* unsigned() : 0;
  if (flags & FLAG.MATCH_TIME) yield* signed();
  const elision = elisions[flags & FLAG.HEADER_INDEX ? yield* unsigned() : kind.headerIndex];
  const reserved = flags & FLAG.RESERVED ? yield* unsigned() : kind.reservedCount;
  for (let left = reserved; left > 0; left--) yield* unsigned();
  if (flags & FLAG.CHECKSUM) yield* take(4);

  const stored = yield* take(kind.sizeLsb + sizeMsb * kind.sizeMul);
  return { pts, payload: elision?.length ? Uint8Array.of(...elision, ...stored) : stored };
}

/** The low bits of a pts near the last one, or a whole pts beyond them (spec, "coded_pts"). */
function fullPts(coded: number, msbPtsShift: number, lastPts: number): number {
  const range = 2 ** msbPtsShift;
  if (coded >= range) return coded - range;
  const lowest = lastPts - Math.floor((range - 1) / 2);
  return lowest + ((((coded - lowest) % range) + range) % range);
}

function parse<Result>(body: Uint8Array, reading: Reading<Result>): Result {
  const result = feeder(reading)(body);
  if (result === undefined) throw notNut('one of its headers is cut off');
  return result;
}

function notNut(why: string): BoothError {
  return new BoothError(
    'FFMPEG_EXITED',
    `What ffmpeg wrote cannot be read as NUT: ${why}. Is FFMPEG_PATH right?`,
  );
}

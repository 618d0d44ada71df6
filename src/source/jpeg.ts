/** A still larger than this is not ours; what was gathered is thrown away. */
const MAX_STILL_BYTES = 16_777_216;

const START = Buffer.from([0xff, 0xd8]);
const END = Buffer.from([0xff, 0xd9]);

/**
 * Cuts a stream of JPEG pictures, one behind the other, at their start and end markers. Coded data never
 * holds a bare marker: after 0xff comes 0x00 (ITU-T T.81, B.1.1.5).
 * Takes chunks and gives the newest picture that each completes: older ones of the same chunk are dropped.
 */
export function jpegReader(): (chunk: Uint8Array) => Uint8Array | null {
  let gathered = Buffer.alloc(0);
  return (chunk) => {
    // The first byte of an end marker may be the last one gathered.
    const searchFrom = Math.max(0, gathered.length - 1);
    gathered = Buffer.concat([gathered, chunk]);
    const end = gathered.lastIndexOf(END);
    if (end < searchFrom) {
      if (gathered.length > MAX_STILL_BYTES) gathered = Buffer.alloc(0);
      return null;
    }
    const start = gathered.lastIndexOf(START, end);
    const jpeg = start < 0 ? null : new Uint8Array(gathered.subarray(start, end + END.length));
    gathered = gathered.subarray(end + END.length);
    return jpeg;
  };
}

import { failed } from './http.js';

/**
 * A path that a server named, if it stays inside the folder it will be written to, on every platform.
 * Raises MODEL_DOWNLOAD_FAILED.
 */
export function safePath(path: string): string {
  const segments = path.split('/');
  const safe = path.length <= 1_024 && segments.length <= 16 && segments.every(isSafeSegment);
  if (!safe)
    throw failed(`The server names a file that is not safe to write: ${JSON.stringify(path.slice(0, 120))}`);
  return path;
}

/** No way up, no root, no drive or stream (`C:`), no backslash, nothing that a terminal or a file system would act on. */
function isSafeSegment(segment: string): boolean {
  return (
    segment !== '' &&
    segment !== '.' &&
    segment !== '..' &&
    Buffer.byteLength(segment) <= 255 &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    !/[\\:\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/.test(segment)
  );
}

import koffi from 'koffi';
import { describe, expect, it } from 'vitest';
import { loadNative } from '../../src/onnx/native/native.js';

const MIB = 2 ** 20;

/** `mallinfo2` of malloc.h tells `hblkhd`: the bytes of blocks that the system gave by themselves, and takes back when they are freed. */
const FIELDS = 'arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost'.split(' ');

describe.runIf(process.platform === 'linux')('large blocks of memory', () => {
  it('go back to the system when they are freed, whatever was freed before', async () => {
    await loadNative();
    const libc = koffi.load(null);
    const malloc = libc.func('malloc', 'void *', ['size_t']);
    const free = libc.func('free', 'void', ['void *']);
    const info = koffi.struct(Object.fromEntries(FIELDS.map((field) => [field, 'size_t'])));
    const mallinfo = libc.func('mallinfo2', info, []);
    const mapped = () => Number((mallinfo() as Record<string, number>).hblkhd);

    // What glibc, left to itself, takes as a sign that blocks up to this size should be kept from now on.
    free(malloc(16 * MIB));
    const before = mapped();
    const block: unknown = malloc(MIB);
    expect(mapped() - before).toBeGreaterThanOrEqual(MIB);
    free(block);
    expect(mapped() - before).toBeLessThan(MIB);
  });
});

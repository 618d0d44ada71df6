import { describe, expect, it } from 'vitest';
import { promptHash } from '../../src/vlm/prompt-hash.js';

describe('promptHash', () => {
  it('is the beginning of the SHA-256 of the text in UTF-8', () => {
    // printf '开球' | sha256sum
    expect(promptHash('')).toBe('e3b0c44298fc');
    expect(promptHash('开球')).toBe('f0a2a68aed7e');
  });
});

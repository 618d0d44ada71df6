import { describe, expect, it } from 'vitest';
import { hubSettings } from '../../src/hub/settings.js';

describe('hubSettings', () => {
  it('asks the Hugging Face hub unless told otherwise', () => {
    expect(hubSettings({})).toEqual({ endpoint: new URL('https://huggingface.co'), token: null });
    expect(hubSettings({ HF_ENDPOINT: '', HF_TOKEN: '' }).endpoint.host).toBe('huggingface.co');
  });

  it.each([
    'https://mirror.example',
    'https://mirror.example/hf/',
    'http://127.0.0.1:80',
    'http://localhost:1',
    'http://[::1]:1',
  ])('takes the endpoint %s', (endpoint) => {
    expect(hubSettings({ HF_ENDPOINT: endpoint }).endpoint.href).toBe(new URL(endpoint).href);
  });

  it.each([
    ['http://mirror.example', 'https'],
    ['http://127.0.0.1.example', 'https'],
    ['file:///etc', 'https'],
    ['mirror', 'address'],
    ['https://user:pass@mirror.example', 'HF_TOKEN'],
    ['https://mirror.example/?x=1', 'address'],
  ])('refuses the endpoint %s', (endpoint, advice) => {
    expect(() => hubSettings({ HF_ENDPOINT: endpoint })).toThrow(advice);
  });

  it('takes a token with a line end, as files hold it', () => {
    expect(hubSettings({ HF_TOKEN: 'hf_abc\n' }).token).toBe('hf_abc');
  });

  it('refuses a token that would break the header, without repeating it', () => {
    expect(() => hubSettings({ HF_TOKEN: 'hf_abc\r\nx: y' })).toThrow(/HF_TOKEN/);
    expect(() => hubSettings({ HF_TOKEN: 'hf_abc\r\nx: y' })).not.toThrow(/hf_abc/);
  });
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real ffmpeg, browsers and models share two cores: more workers only make each other wait.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { ALSA_CONFIG_PATH: new URL('test/fixtures/alsa-null.conf', import.meta.url).pathname },
  },
});

import { afterAll } from 'vitest';
import { DEFAULTS } from '../../src/config.js';
import { openEspeak } from '../../src/speech/espeak.js';
import { openFestival } from '../../src/speech/festival.js';
import { openOpenAiSpeech } from '../../src/speech/openai.js';
import { ToneTts } from '../speech/fakes.js';
import { type SpeechServer, speechServer } from '../speech/speech-server.js';
import { ttsContract } from './tts.js';

const options = { wordsPerMinute: 175, timeoutMs: 120_000 };

ttsContract('espeak-ng', () => openEspeak(options));
ttsContract('festival', () => openFestival(options));
ttsContract('the tone of the tests', async () => new ToneTts());

let server: SpeechServer | null = null;
afterAll(() => server?.close());
ttsContract('a speech endpoint', async () => {
  server = await speechServer();
  return openOpenAiSpeech(DEFAULTS.speech, { environment: { OPENAI_BASE_URL: server.url } });
});

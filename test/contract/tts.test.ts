import { openEspeak } from '../../src/speech/espeak.js';
import { openFestival } from '../../src/speech/festival.js';
import { ToneTts } from '../speech/fakes.js';
import { ttsContract } from './tts.js';

const options = { wordsPerMinute: 175, timeoutMs: 120_000 };

ttsContract('espeak-ng', () => openEspeak(options));
ttsContract('festival', () => openFestival(options));
ttsContract('the tone of the tests', async () => new ToneTts());

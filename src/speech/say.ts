import type { ChildProcess } from 'node:child_process';
import say from 'say';
import { adopt } from '../children.js';
import { BoothError } from '../errors.js';
import { lastLine } from '../process.js';
import { asciiOnly, isLatin, speakable } from './speakable.js';
import type { Speaker, SpeakOptions } from './tts.js';
import { clamp } from './voice.js';

/** No line takes so long; a sound system that hangs is given up. */
const LONGEST_LINE_MS = 60_000;
/** What festival calls speed 1 (see festival.ts), and what macOS's `say` is told directly. */
const FESTIVAL_WORDS_PER_MINUTE = 165;

interface SpeakCommand {
  command: string;
  args: string[];
  pipedData: string;
  options: { detached: boolean };
}

/** What npm `say` 0.16 builds for one platform; its own types leave out all but `speak`. */
interface SayPlatform {
  child: ChildProcess | null;
  buildSpeakCommand: (line: { text: string }) => SpeakCommand;
  runStopCommand: () => void;
  speak(text: string, voice: null, speed: null, callback: () => void): void;
  stop(callback: () => void): void;
}
interface SayModule {
  readonly Say: new (platform: NodeJS.Platform) => SayPlatform;
}

/**
 * The loudspeaker by npm `say`: festival on Linux, the system's voices on macOS.
 *
 * `say` hands its text to festival inside a Scheme expression, signals a process that is not its own to
 * stop, has no listener for a missing program, and keeps one child per module. Here each line has its own
 * instance, whose command is built from a whitelist of characters, and whose whole process group is killed.
 */
export class SaySpeaker implements Speaker {
  readonly name = 'say';

  constructor(private readonly options: { wordsPerMinute: number; platform?: NodeJS.Platform }) {}

  canSpeak(lang: string): boolean {
    return this.#platform === 'darwin' || /^en(-|$)/i.test(lang);
  }

  /** Makes and plays in one go, and cannot tell when its sound begins. */
  async speak(text: string, lang: string, { signal, onSound }: SpeakOptions = {}): Promise<number> {
    signal?.throwIfAborted();
    if (!this.canSpeak(lang)) throw failed(`it has no voice for "${lang}"; choose the engine espeak-ng`);
    const line = speakable(text, lang);
    const command =
      this.#platform === 'darwin' ? macCommand(line, this.options) : festivalCommand(line, this.options);
    if (command === null) throw failed('the line holds no word that it can read');

    const { Say } = say as unknown as SayModule;
    const voice = new Say(this.#platform);
    voice.buildSpeakCommand = () => command;
    voice.runStopCommand = () => killGroup(voice.child);
    onSound?.();
    return await heard(voice, line, signal);
  }

  async close(): Promise<void> {}

  get #platform(): NodeJS.Platform {
    return this.options.platform ?? process.platform;
  }
}

/** The Scheme that festival reads, or `null` for text with nothing to say in plain Latin letters. */
export function festivalCommand(line: string, options: { wordsPerMinute: number }): SpeakCommand | null {
  const words = isLatin(line)
    ? asciiOnly(line)
        .replace(/[^A-Za-z0-9 .,!?;:'-]+/g, ' ')
        .trim()
    : '';
  if (!/[A-Za-z0-9]/.test(words)) return null;
  const stretch = clamp(FESTIVAL_WORDS_PER_MINUTE / options.wordsPerMinute, 0.4, 2.5).toFixed(2);
  const script = [
    "(Parameter.set 'Audio_Method 'Audio_Command)",
    "(Parameter.set 'Audio_Required_Format 'wav)",
    `(Parameter.set 'Audio_Command "exec aplay -q $FILE")`,
    `(Parameter.set 'Duration_Stretch ${stretch})`,
    `(set! said (SayText "${words}"))`,
    "(print (item.feat (utt.relation.last said 'Segment) 'end))",
  ];
  return {
    command: 'festival',
    args: ['--pipe'],
    pipedData: `${script.join('\n')}\n`,
    options: { detached: true },
  };
}

function macCommand(line: string, options: { wordsPerMinute: number }): SpeakCommand | null {
  if (line === '') return null;
  const rate = String(clamp(Math.round(options.wordsPerMinute), 80, 450));
  return { command: 'say', args: ['-r', rate, '-f', '-'], pipedData: line, options: { detached: true } };
}

/**
 * Resolves when the whole line was heard, with its seconds: festival tells them; elsewhere it is the time that the program ran.
 * The child's group is dead before it settles.
 */
function heard(voice: SayPlatform, line: string, signal: AbortSignal | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    voice.speak(line, null, null, () => {});
    const child = voice.child;
    if (child === null) return reject(failed('npm say started no process'));
    adopt(child, () => killGroup(child));

    let stderr = '';
    let spawnError: Error | null = null;
    const onAbort = () => voice.stop(() => {});
    const timer = setTimeout(onAbort, LONGEST_LINE_MS);
    signal?.addEventListener('abort', onAbort, { once: true });

    let told = '';
    child.stdout?.on('data', (text: Buffer | string) => {
      told = (told + text).slice(-100);
    });
    child.stderr?.on('data', (text: string) => {
      stderr = (stderr + text).slice(-4_000);
    });
    child.stdin?.on('error', () => {}); // A voice that went away; its exit is reported below.
    child.on('error', (error) => {
      spawnError = error;
      child.stdin?.destroy();
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      if (signal?.aborted) return reject(signal.reason);
      const why = spawnError ? 'festival is not installed; apt-get install -y festival' : fault(code, stderr);
      if (why === null) resolve(Number(lastLine(told)) || (performance.now() - startedAt) / 1_000);
      else reject(failed(why, spawnError ?? undefined));
    });
  });
}

/** festival ends with 0 even when its player failed; ALSA's own lines alone are only warnings. */
function fault(code: number | null, stderr: string): string | null {
  if (/audio open error|cannot find card/.test(stderr)) return noAudioDevice(stderr);
  if (/aplay: not found/.test(stderr)) return 'aplay is not installed; apt-get install -y alsa-utils';
  if (code === null) return `it gave no end in ${LONGEST_LINE_MS / 1_000} s`;
  if (code !== 0 || /^(aplay:|SIOD ERROR)/m.test(stderr)) return lastLine(stderr) || `it ended with ${code}`;
  return null;
}

export function noAudioDevice(stderr: string): string {
  return `this machine has no audio device that works (${lastLine(stderr)}); captions go on without --speak`;
}

function killGroup(child: ChildProcess | null): void {
  if (child?.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group ended by itself.
  }
}

function failed(why: string, cause?: Error): BoothError {
  return new BoothError('SPEECH_FAILED', `The loudspeaker (say) failed: ${why}.`, { cause });
}

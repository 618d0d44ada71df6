import { defer, firstValueFrom } from 'rxjs';
import type { BoothOptions } from './booth-options.js';
import { BoothError } from './errors.js';
import { restart } from './flow/restart.js';
import { untilAborted } from './flow/until-aborted.js';
import { openSource } from './source/ffmpeg.js';
import type { Picture, Source } from './source/source.js';

/** The source of a run, which `signal` ends. Live, it is opened again when it is lost, as often as the configuration allows. */
export async function openInput(
  { input, mode, config, serve = false, signal, onWarning }: BoothOptions,
  picture: Picture,
  onRestart: (error: BoothError) => void,
): Promise<Source> {
  const { restartBaseMs: baseMs, restartMaxMs: maxMs, restartAttempts: attempts } = config.source;
  const live = mode === 'live';
  const playing = {
    ...config.source,
    realtime: live,
    preview: serve !== false,
    ...(onWarning && { onWarning }),
  };
  const opened = defer(() => openSource(input, picture, playing));
  const tell = (error: BoothError, attempt: number, pauseMs: number) =>
    onRestart(tryingAgain(error, `in ${pauseMs / 1000} s (${attempt} of ${attempts})`));
  const again = <Value>() => restart<Value>({ baseMs, maxMs, attempts, onRestart: tell });
  // A stream that is not there yet may come; a file that is not there will not.
  const source = await firstValueFrom(live ? opened.pipe(again(), untilAborted(signal)) : opened);
  return {
    info: source.info,
    frames: () => source.frames().pipe(again(), untilAborted(signal)),
    pull: () => source.pull(signal),
    previews: () => source.previews(),
  };
}

function tryingAgain(cause: BoothError, when: string): BoothError {
  const { code, policy, message } = cause;
  return new BoothError(code, `${message} Trying again ${when}.`, { policy, cause });
}

import type { EndpointConfig } from '../../config.js';
import { BoothError } from '../../errors.js';
import type { Patience } from '../../openai/watch.js';
import { type Endpoint, TRIES_AGAIN } from './failures.js';
import type { Pause } from './limits.js';
import { LONGEST_WAIT } from './waiting.js';

/** It took the first question and never answered. */
export function mute({ address }: Endpoint, { stallTimeoutMs }: Patience): BoothError {
  return new BoothError(
    'MODEL_NOT_FOUND',
    `${address} took the question for its models and did not answer within ${stallTimeoutMs} ms (endpoint.stallTimeoutMs). Check the server, or raise the limit.`,
  );
}

/** A look that patience ended. */
export function late(how: 'stalled' | 'late', { address }: Endpoint, patience: Patience): BoothError {
  const what =
    how === 'stalled'
      ? `sent nothing for ${patience.stallTimeoutMs} ms (endpoint.stallTimeoutMs)`
      : `took longer than ${patience.timeoutMs} ms (vlm.timeoutMs)`;
  return new BoothError(
    'INFERENCE_TIMEOUT',
    `${address} ${what}; the look was given up. Raise the limit for a slow server, or use a smaller model.`,
  );
}

/** A look that is not sent because of a limit. */
export function resting(pause: Pause, endpoint: Endpoint, config: EndpointConfig): BoothError {
  const why = reason(pause, endpoint, config);
  return new BoothError('INFERENCE_FAILED', `${why}; nothing is sent to it for ${secondsOf(pause)} s.`);
}

/** The end of a run that waits for limits, but not for this one. */
export function givenUp(pause: Pause, endpoint: Endpoint, config: EndpointConfig): BoothError {
  const why = reason(pause, endpoint, config);
  const message =
    pause.by === 'maxUsd'
      ? `${why}. The run ends here; what was said so far is kept. Raise --max-usd, or let a model of this machine take over with --fallback.`
      : `${why}, with ${secondsOf(pause)} s to go, and a look waits for ${LONGEST_WAIT / 60_000} minutes at most. The run ends here; what was said so far is kept. Try again later, or let a model of this machine take over with --fallback.`;
  return new BoothError('INFERENCE_FAILED', message, { policy: 'fatal' });
}

/** A failure after which nothing is sent for `ms`, and the look is not sent again. */
export function restsAfter(error: BoothError, ms: number): BoothError {
  return new BoothError(
    error.code,
    `${whatFailed(error)} It failed again; nothing is sent to it for ${ms / 1_000} s.`,
  );
}

/** A failure after which the same look is sent again until it is answered. */
export function waitsFor(error: BoothError): BoothError {
  return new BoothError(
    error.code,
    `${whatFailed(error)} It failed again; the video waits until it answers, for ${LONGEST_WAIT / 60_000} minutes at most.`,
  );
}

/** The end of a run whose endpoint has only failed for as long as anybody waits. */
export function outlasted(error: BoothError): BoothError {
  const message = `${whatFailed(error)} It has failed again and again for ${LONGEST_WAIT / 60_000} minutes. The run ends here; what was said so far is kept. Check the server and try again, or let a model of this machine take over with --fallback.`;
  return new BoothError(error.code, message, { policy: 'fatal' });
}

function whatFailed({ message }: BoothError): string {
  return message.replace(TRIES_AGAIN, '');
}

function reason({ by }: Pause, { address }: Endpoint, { maxRpm, maxUsd }: EndpointConfig): string {
  return {
    server: `${address} asked for a pause`,
    failures: `${address} failed several times in a row`,
    maxRpm: `endpoint.maxRpm: ${maxRpm} requests were sent to ${address} within a minute`,
    maxUsd: `endpoint.maxUsd: one more look at ${address} may cost more than the $${maxUsd} of this hour`,
  }[by];
}

function secondsOf({ ms }: Pause): number {
  return Math.ceil(ms / 1000);
}

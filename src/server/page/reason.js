// @ts-check

/** @typedef {import('../../errors.js').ErrorCode} ErrorCode */

/** What can end a channel, for those who only watch. @type {readonly (readonly [ErrorCode, string])[]} */
const REASONS = [
  ['CONFIG_INVALID', 'its settings are not valid'],
  ['ROSTER_INVALID', 'its roster cannot be read'],
  ['FFMPEG_MISSING', 'the booth has no program that reads videos'],
  ['INPUT_REFUSED', 'its input is not allowed'],
  ['INPUT_NOT_FOUND', 'its input does not exist'],
  ['INPUT_NO_VIDEO', 'its input has no picture'],
  ['INPUT_UNREADABLE', 'its input cannot be read'],
  ['SOURCE_STALLED', 'its input sends no pictures'],
  ['FFMPEG_EXITED', 'its input could not be read to the end'],
  ['PREVIEW_FAILED', 'its pictures cannot be shown'],
  ['MODEL_NOT_FOUND', 'its model was not found'],
  ['MODEL_INVALID', 'its model is damaged'],
  ['MODEL_TYPE_UNKNOWN', 'its model is of an unknown kind'],
  ['DEVICE_MISSING', 'its model cannot run on the device that was asked for'],
  ['RUNTIME_MISSING', 'its model cannot run as was asked for'],
  ['WORKER_DIED', 'its model crashed'],
  ['INFERENCE_FAILED', 'its model does not answer'],
  ['INFERENCE_TIMEOUT', 'its model is too slow'],
  ['CONTEXT_OVERFLOW', 'its model was given too much at once'],
  ['CHANNELS_FULL', 'the model has no time for a further channel'],
  ['SPEECH_MISSING', 'it has no voice'],
  ['CAPTIONS_UNWRITABLE', 'its captions cannot be written'],
];

/** @type {ReadonlyMap<string, string>} */
const BY_CODE = new Map(REASONS);

/** `its input does not exist (INPUT_NOT_FOUND)`; the code alone where there are no words for it. @param {string} code */
export function reasonOf(code) {
  const words = BY_CODE.get(code);
  return words === undefined ? code : `${words} (${code})`;
}

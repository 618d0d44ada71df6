/** Booth as a library: the same pipeline that the command line runs. */
export { type Booth, type BoothOptions, type BoothRun, openBooth } from './booth.js';
export type { Caption } from './captions/caption.js';
export { readJsonl, writeJsonl } from './captions/jsonl.js';
export { readSrt, writeSrt } from './captions/srt.js';
export { readVtt, writeVtt } from './captions/vtt.js';
export { type CaptionFiles, type CaptionsTarget, writeCaptions } from './captions/write.js';
export { type Config, type ConfigInput, DEFAULTS, makeConfig } from './config.js';
export { BoothError, ERROR_CODES, type ErrorCode } from './errors.js';
export { type Scores, scoreCues } from './eval/score.js';
export type { Clip } from './media/clip.js';
export type { Cue } from './media/cue.js';
export type { Frame } from './media/frame.js';
export type { RunStats } from './media/stats.js';
export type { TickReport } from './media/tick.js';
export { narrateCaptions } from './narrate-captions.js';
export { bundledPersonas, loadPersona } from './personas/load-persona.js';
export type { Persona } from './personas/persona.js';
export type { SourceInfo } from './source/source.js';
export type { TrackRun } from './track.js';
export type { AnswerSchema } from './vlm/decoding/json-schema.js';
export { openVlm } from './vlm/load.js';
export type {
  AnswerRequest,
  LookEvent,
  ModelInfo,
  OpenOptions,
  PromptContext,
  Vlm,
  VlmSession,
} from './vlm/vlm.js';

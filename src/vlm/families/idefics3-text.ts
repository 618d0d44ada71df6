import { numberWords } from '../images/number-words.js';
import type { Tiles } from '../images/tiles.js';

/** Spelling of the token that keeps the place of a feature vector, and of a whole picture in chat templates. */
export const IMAGE = '<image>';
const FAKE = '<fake_token_around_image>';
const GLOBAL = '<global-img>';

/** A picture in tiles: each with its place, and the whole. */
export function tilesText({ rows, columns }: Tiles, tokens: number): string {
  if (rows === 0) return wholeText(tokens);
  const row = (r: number) =>
    Array.from(
      { length: columns },
      (_, c) => `${FAKE}<row_${r + 1}_col_${c + 1}>${IMAGE.repeat(tokens)}`,
    ).join('');
  return `${Array.from({ length: rows }, (_, r) => `${row(r)}\n`).join('')}\n${wholeText(tokens)}`;
}

export function wholeText(tokens: number): string {
  return `${FAKE}${GLOBAL}${IMAGE.repeat(tokens)}${FAKE}`;
}

/** The reference's own words (transformers, `models/smolvlm/processing_smolvlm.py`). `frame` stands for each frame. */
export function videoText(frames: number, fps: number, frame: string): string {
  const lines = Array.from(
    { length: frames },
    (_, i) => `\nFrame from ${pair(i / fps / 60)}:${pair((i / fps) % 60)}:${frame}`,
  );
  const seconds = Math.trunc(frames / fps);
  const duration = `${Math.trunc(seconds / 3600)}:${pair((seconds / 60) % 60)}:${pair(seconds % 60)}`;
  return `You are provided the following series of ${numberWords(frames)} frames from a ${duration} [H:MM:SS] video.\n${lines.join('')}\n\n`;
}

function pair(value: number): string {
  return String(Math.trunc(value)).padStart(2, '0');
}

/** The reference's template for conversations with videos, whatever the folder's own says: many spell none (`DEFAULT_CHAT_TEMPLATE` of the same file). */
export const VIDEO_CHAT_TEMPLATE =
  "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}{% elif line['type'] == 'image' %}{{ '<image>' }}{% elif line['type'] == 'video' %}{{ '<video>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}";

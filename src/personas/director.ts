import { type Cue, isWithdrawn } from '../media/cue.js';
import { languageName } from '../media/language-name.js';
import type { Persona } from './persona.js';
import { fillInstructions, type Values } from './placeholders.js';
import { toneInWords } from './tone.js';
import { afterLine, type Floor, handOver, type Line, nextSpeaker, OPENING, type Seat } from './turns.js';

/** What a look is told by the persona, beside what the commentary remembers. */
export interface Direction {
  readonly instructions: string;
  /** `null` where one voice speaks. */
  readonly speaker: string | null;
  readonly reasoning: boolean;
}

export interface DirectorOptions {
  /** Speed of the voice at rate 1. */
  readonly wordsPerMinute: number;
  /** Every role reasons, whatever its persona says. */
  readonly reasoning: boolean;
  /** What is known of the event. */
  readonly event: Pick<Values, 'competition' | 'teams' | 'stadium' | 'style'>;
}

/** A line that was said, as far as it matters to the hand-over. */
interface Said extends Line {
  readonly id: string;
  readonly text: string;
  /** It was said before the holder got the word. */
  readonly isPast: boolean;
}

/** Lines held: the four that may still be cut or withdrawn (`MAX_AHEAD` of the commentator's time line), and the one before them. */
const HELD = 5;

/** Directs one track: who is asked next, and with which words. Holds the last lines and who has the word, nothing else. */
export class Director {
  readonly #persona: Persona;
  readonly #options: DirectorOptions;
  /** The floor without the lines that are held. */
  #before: Floor = OPENING;
  /** Oldest first. */
  #said: readonly Said[] = [];

  constructor(persona: Persona, options: DirectorOptions) {
    this.#persona = persona;
    this.#options = options;
  }

  /** For the next look, whose newest frame is at `end` seconds. */
  direct(
    context: { readonly lang: string; readonly roster: readonly string[]; readonly seconds: number | null },
    clip: { readonly end: number; readonly sceneCut: boolean },
  ): Direction {
    const seat = this.#seatAt(clip);
    const role = this.#persona.roles[seat] ?? this.#persona.roles[0];
    const lang = languageOf(role.persona.instructions, context.lang);
    const { tone, reasoning } = role.persona;
    const { wordsPerMinute, event } = this.#options;
    const values: Values = {
      ...event,
      lang: context.lang,
      language: languageName(context.lang, lang),
      roster: context.roster.join('; '),
      tone: toneInWords(tone, lang),
      seconds: context.seconds?.toFixed(1),
      words: context.seconds === null ? '' : wordsIn(context.seconds, wordsPerMinute * role.voice.rate, lang),
      ...this.#dialogue(seat),
    };
    return {
      instructions: fillInstructions(this.#template(seat, lang), values),
      speaker: role.speaker,
      reasoning: this.#options.reasoning || reasoning,
    };
  }

  /** Hears every cue of the track, in all its forms. */
  note(cue: Cue): void {
    if (!cue.final || this.#persona.roles.length === 1) return;
    const { id, text, end, importance } = cue;
    if (isWithdrawn(cue)) this.#said = this.#said.filter((line) => line.id !== id);
    else if (this.#said.some((line) => line.id === id))
      this.#said = this.#said.map((line) => (line.id === id ? { ...line, end } : line));
    else {
      const seat = this.#persona.roles[1]?.speaker === cue.speaker ? 1 : 0;
      this.#said = [...this.#said, { id, seat, text, end, importance, isPast: false }];
      if (this.#said.length > HELD) this.#settle();
    }
  }

  /** Lets go of the oldest line: nothing can change it any more. */
  #settle(): void {
    const [oldest, ...others] = this.#said;
    if (oldest !== undefined) this.#before = heard(this.#before, oldest);
    this.#said = others;
  }

  #seatAt({ end, sceneCut }: { readonly end: number; readonly sceneCut: boolean }): Seat {
    if (this.#persona.roles.length === 1) return 0;
    const floor = this.#said.reduce(heard, this.#before);
    const seat = nextSpeaker(floor, { at: end, sceneCut }, this.#persona.file.turns);
    if (seat !== floor.holder) {
      this.#before = handOver(this.#before, seat, end);
      this.#said = this.#said.map((line) => ({ ...line, isPast: true }));
    }
    return seat;
  }

  /** The role's own words, then those of the duo. */
  #template(seat: Seat, lang: string): string {
    const { file, roles } = this.#persona;
    const own = (roles[seat] ?? roles[0]).persona.instructions[lang] ?? '';
    if (roles.length === 1) return own;
    return `${own}\n${file.instructions[lang] ?? file.instructions.en ?? ''}`;
  }

  #dialogue(seat: Seat): Pick<Values, 'name' | 'partner' | 'said'> {
    const { roles } = this.#persona;
    if (roles.length === 1) return {};
    const last = this.#said.at(-1);
    return {
      name: roles[seat].speaker ?? '',
      partner: roles[seat === 0 ? 1 : 0].speaker ?? '',
      said: last !== undefined && last.seat !== seat ? last.text : '',
    };
  }
}

/** The floor after a line. One of an earlier turn has the screen, and no part in this turn. */
function heard(floor: Floor, line: Said): Floor {
  return line.isPast ? { ...floor, quietFrom: line.end } : afterLine(floor, line);
}

/** The language whose instructions are used: the one asked for, its main language, or English. */
export function languageOf(instructions: Readonly<Record<string, string>>, lang: string): string {
  const main = lang.split('-')[0] ?? lang;
  return [lang, main].find((tag) => Object.hasOwn(instructions, tag)) ?? 'en';
}

/** Characters of Mandarin for a word of English at the same setting of the voice (espeak-ng: 4.6 a second at 175 words a minute). */
const CHARACTERS_PER_WORD = 1.58;

function wordsIn(seconds: number, wordsPerMinute: number, lang: string): string {
  const words = (seconds * wordsPerMinute) / 60;
  return String(Math.max(1, Math.floor(lang === 'zh' ? words * CHARACTERS_PER_WORD : words)));
}

import { type Cue, isWithdrawn } from '../media/cue.js';
import { languageName } from '../media/language-name.js';
import type { Persona } from './persona.js';
import { fillInstructions, type Values } from './placeholders.js';
import { toneInWords } from './tone.js';
import { afterLine, type Floor, handOver, nextSpeaker, OPENING, type Seat } from './turns.js';

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

/** Directs one track: who is asked next, and with which words. Holds the last line and who has the word, nothing else. */
export class Director {
  readonly #persona: Persona;
  readonly #options: DirectorOptions;
  #floor: Floor = OPENING;
  #last: { readonly id: string; readonly seat: Seat; readonly text: string; readonly before: Floor } | null =
    null;

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
    const again = this.#last?.id === cue.id ? this.#last : null;
    if (isWithdrawn(cue)) {
      if (again !== null) this.#floor = again.before;
      return;
    }
    const seat = this.#persona.roles[1]?.speaker === cue.speaker ? 1 : 0;
    const before = again?.before ?? this.#floor;
    this.#floor = afterLine(before, { seat, end: cue.end, importance: cue.importance });
    this.#last = { id: cue.id, seat, text: cue.text, before };
  }

  #seatAt({ end, sceneCut }: { readonly end: number; readonly sceneCut: boolean }): Seat {
    if (this.#persona.roles.length === 1) return 0;
    const seat = nextSpeaker(this.#floor, { at: end, sceneCut }, this.#persona.file.turns);
    if (seat !== this.#floor.holder) {
      this.#floor = handOver(this.#floor, seat, end);
      this.#last = this.#last && { ...this.#last, before: this.#floor };
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
    return {
      name: roles[seat].speaker ?? '',
      partner: roles[seat === 0 ? 1 : 0].speaker ?? '',
      said: this.#last !== null && this.#last.seat !== seat ? this.#last.text : '',
    };
  }
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

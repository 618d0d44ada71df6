import type { CommentatorConfig } from '../config.js';
import { type Cue, isWithdrawn } from '../media/cue.js';
import { type BelievedClaim, believedClaims } from './believed.js';
import { type Fault, faultOf } from './contradictions.js';
import { factLines } from './fact-lines.js';
import { type Facts, NO_FACTS, noteLine } from './facts.js';
import { type Match, UNKNOWN_MATCH } from './match.js';
import { type Story, summaryOf, tellMore } from './story.js';
import { MAX_AHEAD } from './timeline.js';

/** What goes with every clip into the model; `PromptContext` of `vlm/vlm.ts` tells what each means. */
export interface MemoryContext {
  readonly lang: string;
  readonly recent: readonly string[];
  readonly facts: readonly string[];
  readonly summary: string;
  readonly roster: readonly string[];
  readonly seconds: number | null;
  readonly instructions: string;
  readonly speaker: string | null;
  readonly reasoning: boolean;
}

/** What was said, as far as the next line needs it: the last lines word by word, the facts, and the story before. */
export interface Memory {
  /** What the next line is told at `at`, seconds of presentation time. */
  context(at: number): MemoryContext;
  /** What in a line contradicts the facts, or null. */
  faultOf(text: string): Fault | null;
  /** Remembers a final cue, forgets a withdrawn one, and ignores partial cues. */
  note(cue: Cue): void;
}

export type MemoryConfig = Pick<
  CommentatorConfig,
  'lang' | 'recentLines' | 'summaryLines' | 'summaryCharacters'
>;

interface Line {
  readonly cue: Cue;
  readonly claims: readonly BelievedClaim[];
}

/**
 * A memory whose size the configuration bounds, however long the run. Lines that may still be withdrawn stay apart from the
 * facts and the story that are settled, so that forgetting one leaves no trace.
 */
export function createMemory(
  config: MemoryConfig,
  match: Pick<Match, 'teams' | 'sides' | 'lines'> = UNKNOWN_MATCH,
): Memory {
  const { lang, recentLines } = config;
  const limits = { lines: config.summaryLines, characters: config.summaryCharacters };
  const open = Math.max(recentLines, MAX_AHEAD + 1);
  let lines: readonly Line[] = [];
  let settled: { readonly facts: Facts; readonly story: Story } = { facts: NO_FACTS, story: [] };

  let newest: { readonly text: string; readonly claims: readonly BelievedClaim[] } | undefined;
  /** A line is asked for its claims before it is said and again when it was. */
  const claimsIn = (text: string): readonly BelievedClaim[] => {
    if (newest?.text !== text) newest = { text, claims: believedClaims(text, lang, match.teams) };
    return newest.claims;
  };

  const withLine = (facts: Facts, { cue, claims }: Line) => noteLine(facts, claims, cue.text, cue.start);
  const facts = () => lines.reduce(withLine, settled.facts);
  const settle = (line: Line) => {
    const { text, start: at } = line.cue;
    settled = { facts: withLine(settled.facts, line), story: tellMore(settled.story, { text, at }, limits) };
  };

  return {
    context: (at) => ({
      lang,
      recent: lines.slice(Math.max(0, lines.length - recentLines)).map(({ cue }) => cue.text),
      facts: factLines(facts(), at, lang),
      summary: summaryOf(settled.story, limits),
      roster: match.lines,
      seconds: null,
      instructions: '',
      speaker: null,
      reasoning: false,
    }),
    faultOf: (text) => faultOf(facts(), claimsIn(text), match.sides),
    note: (cue) => {
      if (!cue.final) return;
      const known = lines.some((line) => line.cue.id === cue.id);
      if (isWithdrawn(cue)) lines = lines.filter((line) => line.cue.id !== cue.id);
      else if (!known) lines = [...lines, { cue, claims: claimsIn(cue.text) }];
      lines.slice(0, Math.max(0, lines.length - open)).forEach(settle);
      lines = lines.slice(-open);
    },
  };
}

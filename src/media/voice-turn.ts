/** What became of a line that was to be spoken live. */
export type VoiceTurn =
  /** It begins to be heard, with so many milliseconds to spare; negative: over its budget. */
  | { readonly kind: 'begun'; readonly toSpareMs: number }
  /** A line that matters more has ended it. */
  | { readonly kind: 'cut' }
  /** It could not be heard in time and was not begun. */
  | { readonly kind: 'late' };

/** Told of each turn; must not throw. */
export type OnVoiceTurn = (turn: VoiceTurn) => void;

/** The lines of a live voice, counted. */
export interface VoiceStats {
  readonly begun: number;
  readonly cut: number;
  readonly late: number;
  /** Milliseconds that the latest of the lines had to spare; `null` before the first. */
  readonly leastToSpareMs: number | null;
}

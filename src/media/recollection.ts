/** What a track remembers after a cue, and tells the model with the next clip: for people who want to see it. */
export interface Recollection {
  readonly channel: string;
  /** Seconds of presentation time. */
  readonly at: number;
  /** The last lines word by word, oldest first. */
  readonly recent: readonly string[];
  readonly facts: readonly string[];
  /** The story before those lines; empty at the beginning. */
  readonly summary: string;
}

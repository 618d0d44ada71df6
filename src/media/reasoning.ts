/** How a model came to its line, each step one short text. Kept in the cue; only the conclusion is spoken. */
export interface Reasoning {
  readonly observe: string;
  readonly analyse: string;
  readonly reason: string;
  /** The line itself. */
  readonly conclude: string;
}

/** Port: a form that an answer must have. */
export interface Constraint {
  /** The form of an answer that has not begun. Raises CONFIG_INVALID when it cannot be held to within `budget` tokens. */
  start(budget: number): ConstraintState;
}

/** How far an answer has come in its form. A value. */
export interface ConstraintState {
  /** Whether the answer may end here. */
  readonly complete: boolean;
  /** Whether nothing may follow. */
  readonly finished: boolean;
  /** Tokens that bring the answer to an end from here, if it hurries. */
  readonly least: number;
  /**
   * Sets the scores of what may not come next to -∞; `left` tokens may still come, this one included: what could not be brought to an
   * end within them is out too.
   */
  mask(scores: Float32Array, left: number): void;
  /** After a token that `mask` left in. */
  after(id: number): ConstraintState;
}

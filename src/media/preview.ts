/** A still of the programme for people to look at: JPEG, on the same clock as the frames. */
export interface Preview {
  /** Milliseconds of the pipeline's clock. */
  readonly capturedAt: number;
  readonly jpeg: Uint8Array;
}

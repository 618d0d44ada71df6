/** A line, parted where what it tells ends and what only words it begins: "It's Blue" and " on the ball in midfield." */
export interface PartedLine {
  readonly stem: string;
  readonly ending: string;
}

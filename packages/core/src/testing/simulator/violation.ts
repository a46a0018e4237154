/** A guarantee that did not hold. */
export interface Violation {
  readonly guarantee: "G1" | "G2" | "G3" | "G4" | "G5" | "G6" | "G7" | "G8" | "G9" | "G10";
  /** What was expected, what was found, and on which command, stream or row. */
  readonly message: string;
}

/** Why a read model cannot be compared with the log: a finding, not a failure of the audit. */
export class Incomparable extends Error {
  /** What `work` gives; what it throws keeps the read model from being compared. */
  static async unless<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw new Incomparable(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }
}

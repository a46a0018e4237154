/** What clients know of their commands: which were accepted, and what each was answered. */

export interface Entry {
  readonly stream: string;
  readonly by: "http" | "queue";
  /** Versions that its answers named: one, however often it was answered. Of the queue, there are none. */
  readonly versions: Set<number>;
}

export class Book {
  readonly #entries = new Map<string, Entry>();
  /** Requests that got another answer than a command has: throttled, cut off, timed out. They were sent again. */
  unanswered = 0;
  /** Answers that no retry makes good. */
  readonly refused: string[] = [];

  /** From here on it must be executed exactly once. */
  accept(commandId: string, stream: string, by: Entry["by"]): void {
    this.#entries.set(commandId, { stream, by, versions: new Set() });
  }

  answer(commandId: string, version: number): void {
    this.#entries.get(commandId)?.versions.add(version);
  }

  count(by: Entry["by"]): number {
    return this.#all.filter((entry) => entry.by === by).length;
  }

  answered(): number {
    return this.#all.filter(({ versions }) => versions.size > 0).length;
  }

  accepted(stream: string): number {
    return this.#all.filter((entry) => entry.stream === stream).length;
  }

  /** Commands that were given more than one outcome, or none although they were waited for. */
  withoutOneOutcome(): readonly string[] {
    const wrong = [...this.#entries].filter(([, { by, versions }]) => by === "http" && versions.size !== 1);
    return wrong.map(([commandId]) => commandId);
  }

  /** Commands that were given the outcome of another one on the same stream. */
  withSharedOutcome(): readonly string[] {
    const seen = new Set<string>();
    return [...this.#entries].flatMap(([commandId, { stream, versions }]) =>
      [...versions].some((version) => seen.size === seen.add(`${stream} ${version}`).size) ? [commandId] : [],
    );
  }

  get #all(): readonly Entry[] {
    return [...this.#entries.values()];
  }
}

/** What a checker of templates tells. */

export interface Finding {
  readonly stack: string;
  /** Logical id; absent when it is about the template. */
  readonly resource?: string;
  /** As the checker names it. */
  readonly rule: string;
  readonly what: string;
  /** Why it is as it should be, where the resource says so. */
  readonly accepted?: string;
}

export interface CheckReport {
  readonly checker: string;
  /** How to get the checker, which is not here; nothing was checked then. */
  readonly absent?: string;
  /** Why it came to no end. */
  readonly failed?: string;
  readonly findings: readonly Finding[];
}

export interface Checker {
  readonly name: string;
  /** Files are named after their stacks. */
  check(files: readonly string[]): Promise<Omit<CheckReport, "checker">>;
}

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
  readonly findings: readonly Finding[];
}

/** A checker runs on files, named after the stacks. */
export interface Checker {
  readonly name: string;
  check(files: readonly string[]): Promise<Omit<CheckReport, "checker">>;
}

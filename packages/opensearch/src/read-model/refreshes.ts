/**
 * Makes what was written searchable when somebody searches, and not with each step: steps keep their speed, and a query that has waited for
 * a token sees what it waited for, however the index is set to refresh by itself, or whether it has fallen idle.
 */
import type { Service } from "../service/service.ts";

export class Refreshes {
  readonly #service: Service;
  readonly #next = new Map<string, Promise<void>>();
  readonly #current = new Map<string, Promise<void>>();

  constructor(service: Service) {
    this.#service = service;
  }

  /** Resolves after a refresh that began after this call. Calls that come while one is under way share the next. */
  take(index: string): Promise<void> {
    const waiting = this.#next.get(index);
    if (waiting) return waiting;
    const current = this.#current.get(index) ?? Promise.resolve();
    const next = current.catch(() => undefined).then(() => this.#begin(index));
    this.#next.set(index, next);
    return next;
  }

  #begin(index: string): Promise<void> {
    const refresh = this.#service.refresh(index);
    this.#current.set(index, refresh);
    this.#next.delete(index);
    return refresh;
  }
}

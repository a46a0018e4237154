/** Replays the source: each invoice becomes commands on the order and on every product of it, all or nothing, under an id that it always has. */
import type { DuckDBConnection } from "@duckdb/node-api";
import {
  Counter,
  InFlight,
  type ReplayOptions,
  type ReplayProgress,
  type ReplayResult,
} from "@foldstream/example-replay";
import type { TogetherOutcome } from "foldstream";
import type { app } from "../app.ts";
import { type Command, cancelling, placingPaid, stocking, writingOff } from "../domain/across-streams.ts";
import { customer } from "../domain/customer.ts";
import { countInvoices, readCustomers, readInvoices, readProducts, type SourceInvoice } from "../source/invoices.ts";
import { withSource } from "../source/retail.ts";

/** Commands in flight unless told otherwise. */
export const concurrency = 200;

/**
 * Lists and supplies every product, registers every customer, then places the orders in the order of the source, paid at once. A second
 * replay, or one after a crash, adds only what is missing.
 * @throws Error when the file is not there.
 */
export function replay(options: ReplayOptions<typeof app>): Promise<ReplayResult> {
  return withSource(options.file, async (source) => {
    const total = Math.min(options.limit ?? Number.MAX_SAFE_INTEGER, await countInvoices(source));
    return new Replay(options, source, total).run();
  });
}

class Replay {
  readonly #options: ReplayOptions<typeof app>;
  readonly #source: DuckDBConnection;
  readonly #total: number;
  readonly #inFlight: InFlight;
  readonly #prepared = new Counter();
  readonly #invoices = new Counter();
  #events = 0;
  #done = 0;

  constructor(options: ReplayOptions<typeof app>, source: DuckDBConnection, total: number) {
    this.#options = options;
    this.#source = source;
    this.#total = total;
    this.#inFlight = new InFlight(options.concurrency ?? concurrency);
  }

  async run(): Promise<ReplayResult> {
    await this.#prepare();
    for await (const chunk of readInvoices(this.#source, this.#total)) {
      await this.#record(chunk);
      if (this.#stopped) break;
    }
    await this.#inFlight.empty();
    this.#options.onProgress?.(this.#progress());
    return {
      ...this.#progress(),
      complete: this.#done === this.#total,
      events: this.#events,
      prepared: { what: "products and customers", tally: this.#prepared },
    };
  }

  get #stopped(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  async #prepare(): Promise<void> {
    for (const { id, supply, ...listing } of await readProducts(this.#source)) {
      if (this.#inFlight.full) await this.#inFlight.room();
      this.#together(`product-${id}`, stocking(id, supply, listing), (outcome) => this.#prepared.count(outcome));
    }
    for (const { id, country } of await readCustomers(this.#source)) {
      if (this.#inFlight.full) await this.#inFlight.room();
      const commandId = `customer-${id}`;
      const registering = this.#options.runtime.execute(customer, id, "RegisterCustomer", { country }, { commandId });
      this.#inFlight.add(registering, (outcome) => {
        this.#prepared.count(outcome);
        if (outcome.ok) this.#events++;
      });
    }
    await this.#inFlight.empty();
  }

  async #record(invoices: readonly SourceInvoice[]): Promise<void> {
    for (const invoice of invoices) {
      if (this.#inFlight.full) {
        this.#options.onProgress?.(this.#progress());
        await this.#inFlight.room();
      }
      if (this.#stopped) return;
      this.#together(`invoice-${invoice.id}`, commandsOf(invoice), (outcome) => {
        this.#invoices.count(outcome);
        this.#done++;
      });
    }
  }

  #together(commandId: string, commands: readonly Command[], done: (outcome: FirstOutcome) => void): void {
    this.#inFlight.add(this.#options.runtime.executeTogether(commands, { commandId }), (outcome) => {
      done(firstOf(outcome));
      if (outcome.ok) this.#events += commands.length;
    });
  }

  #progress(): ReplayProgress {
    return { total: this.#total, done: this.#done, tally: this.#invoices };
  }
}

function commandsOf({ id, kind, invoice }: SourceInvoice): readonly Command[] {
  if (kind === "order") return placingPaid(id, invoice);
  return kind === "cancellation" ? cancelling(id, invoice) : writingOff(`invoice ${id}`, invoice);
}

type FirstOutcome = Parameters<Counter["count"]>[0];

/** All of them were accepted, or one stopped them all. */
function firstOf(outcome: TogetherOutcome): FirstOutcome {
  return outcome.ok ? (outcome.outcomes[0] as FirstOutcome) : outcome.refused;
}

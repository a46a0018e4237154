/** Bugs to plant in the runtime, one at a time: each is a change of its text that a person could have made. */

export interface PlantedBug {
  readonly name: string;
  /** Below `packages/core/src`. */
  readonly file: string;
  /** Occurs there exactly once. */
  readonly from: string;
  readonly to: string;
}

const turn = "runtime/command/turn.ts";
const round = "runtime/command/round.ts";
const together = "runtime/command/together.ts";
const work = "runtime/projection/projection-work.ts";
const redrive = "runtime/parking/redrive.ts";
const keeper = "runtime/lease/lease-keeper.ts";

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "the state is cached before the append has said that it is written",
    file: round,
    from: "const result = await side.store.append(rounds.map(({ write }) => write));",
    to: "for (const { write, after } of rounds) side.states.keep(write.stream, after); $&",
  },
  {
    name: "an append that lost is repeated with the version that won, but the old decision",
    file: turn,
    from: "    await this.#refresh();\n  }\n\n  /** Verdicts",
    to: "    this.#side.states.keep(this.#stream, { state: round.after.state, version: result.actual });\n  }\n\n  /** Verdicts",
  },
  {
    name: "each command of a turn is decided on the state before the turn",
    file: round,
    from: "    this.after = verdict.after;",
    to: "    this.after = { ...verdict.after, state: this.after.state };",
  },
  {
    name: "commands without events leave no receipt",
    file: round,
    from: 'if (verdict.kind !== "accepted") return;',
    to: 'if (verdict.kind !== "accepted" || verdict.events.length === 0) return;',
  },
  {
    name: "a retry is refused for what its first execution did",
    file: turn,
    from: "if (this.#searchedReceipts || ids.length === 0) return false;",
    to: "return false;",
  },
  {
    name: "a no is given on the cached state",
    file: turn,
    from: "if (!this.#current) {",
    to: "if (!this.#side.states.cached(this.#stream)) {",
  },
  {
    name: "a no is given on a stale read",
    file: turn,
    from: "store.capabilities.staleReads ? states.load(this.#entry, this.#stream) : this.#refresh();",
    to: "states.load(this.#entry, this.#stream).finally(() => { this.#current = true; });",
  },
  {
    name: "a command that came twice in one turn is executed twice",
    file: turn,
    from: "if (!seen.has(commandId)) return seen.add(commandId);",
    to: "if (waiting.length > 0) return true;",
  },
  {
    name: "whoever gives up after too many conflicts says accepted",
    file: turn,
    from: 'this.#answer(pending, { ok: false, reason: "version-conflict", expected: undefined, actual });',
    to: 'this.#answer(pending, accepted(pending.command, actual, "", false));',
  },
  {
    name: "a snapshot says that it is one version older than it is",
    file: "runtime/command/stream-states.ts",
    from: "return { version: after.version, schemaVersion,",
    to: "return { version: after.version - 1, schemaVersion,",
  },
  {
    name: "commands on several streams are written stream by stream",
    file: together,
    from: "const result = await appendRounds(side, [...attempt.rounds.values()]);",
    to: "const results = await Promise.all([...attempt.rounds.values()].map((round) => appendRounds(side, [round]))); const result = results.find(({ ok }) => !ok) ?? results[0]!;",
  },
  {
    name: "a retry of commands on several streams is not recognized when it is refused",
    file: together,
    from: "return (await earlierAnswer(side, commands, streams)) ?? refusal(attempt.stopped);",
    to: "return refusal(attempt.stopped);",
  },
  {
    name: "steps name no epoch, so a paused worker is not fenced off",
    file: work,
    from: "const whole = { epoch: tenure.epoch, partition,",
    to: "const whole = { partition,",
  },
  {
    name: "a worker whose write failed goes on under the epoch under which it may still be done",
    file: "runtime/lease/tenure.ts",
    from: "if (!isRefusedRow(error)) suspend();",
    to: "",
  },
  {
    name: "steps of one projection run at the same time for several partitions",
    file: work,
    from: 'this.#side.parallel ? claimOf(this.projection, page.events) : "all"',
    to: "new Set()",
  },
  {
    name: "a parked stream is no longer known after a restart",
    file: "runtime/parking/parked-streams.ts",
    from: "found.set(entry.stream, entry);",
    to: "",
  },
  {
    name: "events of parked streams are dropped, not followed",
    file: "runtime/parking/parked-streams.ts",
    from: "return { passed, followed: [",
    to: "return { passed, followed: [] as [] }; return { passed, followed: [",
  },
  {
    name: "a redrive begins one event late",
    file: redrive,
    from: "position >= entry.position",
    to: "position > entry.position",
  },
  {
    name: "whatever fails is tried again for ever",
    file: work,
    from: "if (attempts <= retries) throw failed;",
    to: "if (attempts > 0) throw failed;",
  },
  {
    name: "an event that fails is left out, and its stream goes on",
    file: work,
    from: "const parked = [{ stream: entry.stream, entry }];",
    to: "const parked = [] as [];",
  },
  {
    name: "a redrive frees a stream after its first page",
    file: redrive,
    from: "const isWhole = entry.lastPosition <= Math.min(page.next, checkpoint);",
    to: "const isWhole = page.next > 0;",
  },
  {
    name: "a redrive passes over an event that fails again",
    file: redrive,
    from: "const next = { ...entry, version, position, error, attempts };",
    to: "const next = { ...entry, version: version + 1, position: position + 1, error, attempts };",
  },
  {
    name: "a redrive goes on although somebody else has taken over",
    file: redrive,
    from: "parked, redriven, epoch }",
    to: "parked, redriven }",
  },
  {
    name: "an audit takes what parked streams wait with for missing",
    file: "runtime/audit/log-pages.ts",
    from: "!isSetAside(",
    to: "true || !isSetAside(",
  },
  {
    name: "an audit overlooks rows that are not there",
    file: "runtime/audit/audit-table.ts",
    from: "pass.rows.keys().filter((key) => !seen.has(key)),",
    to: "[],",
  },
  {
    name: "an audit looks at the first rows only, when they do not fit one pass",
    file: "runtime/audit/audit-table.ts",
    from: "from = pass.range.to;",
    to: "from = range.to;",
  },
  {
    name: "a build comes to serve before it includes what its predecessor did",
    file: "runtime/rebuild/switch-over.ts",
    from: "async () => untilIncluded(side, next, await placesOf(side, live))",
    to: "async () => undefined",
  },
  {
    name: "a switch does not look whether its lease is still held",
    file: "runtime/rebuild/switch-over.ts",
    from: "fence.epoch !== undefined && (await target.builds.switchTo(live, next, fence.epoch))",
    to: "await target.builds.switchTo(live, next)",
  },
  {
    name: "a command of a policy gets another id at each attempt",
    file: "runtime/policy/execution.ts",
    from: "...{ aggregate, id, command, data, commandId, causationId, correlationId },",
    to: "...{ aggregate, id, command, data, causationId, correlationId },",
  },
  {
    name: "an intent that fails is taken for done",
    file: "runtime/policy/lane-run.ts",
    from: 'if (verdict.kind === "failed") return { lane, done, failed: verdict };',
    to: 'if (verdict.kind === "failed") { done.push({ row, verdict: { kind: "done", then: [] } }); continue; }',
  },
  {
    name: "a timer that is cancelled comes due",
    file: "runtime/policy/intent-changes.ts",
    from: "(isSetAfter(current, cause) ? undefined : row)",
    to: "(row ? undefined : row)",
  },
  {
    name: "timers are due at once",
    file: "runtime/policy/deliverer.ts",
    from: "...ready, ...timers.filter(due)]",
    to: "...ready, ...timers]",
  },
  {
    name: "what makes up for a rejection is forgotten",
    file: "runtime/policy/execution.ts",
    from: "return done(await this.#side.changes.of(then, this.#afterRejection(intent)));",
    to: "await this.#side.changes.of(then, this.#afterRejection(intent)); return done();",
  },
  {
    name: "an event that a policy fails on stops all others",
    file: "runtime/policy/policy-projection.ts",
    from: "throw new EventFailedError(",
    to: "throw new Error(",
  },
  {
    name: "a short page counts as a full one, so events are skipped",
    file: "runtime/projection/event-pages.ts",
    from: "const { events, next } = await this.#feed.read(partition, after, this.#limit);",
    to: "const { events } = await this.#feed.read(partition, after, this.#limit); const next = events.length && after + this.#limit;",
  },
  {
    name: "a projection looks for news only when it is woken",
    file: "runtime/projection/projection-runner.ts",
    from: "this.#side.settings.pollMs",
    to: "2 ** 31 - 1",
  },
  {
    name: "pages of the feed are kept by position, whatever the partition",
    file: "runtime/projection/event-pages.ts",
    from: "const key = ",
    to: "const key = String(after) || ",
  },
  {
    name: "a handler that returns nothing deletes the row",
    file: "runtime/projection/fold.ts",
    from: "if (next === undefined) return;",
    to: "",
  },
  {
    name: "a query that waited too long is answered all the same",
    file: "runtime/query/wait-for.ts",
    from: "if (late) return found;",
    to: "if (late) return looked;",
  },
  {
    name: "of several tokens only the first is waited for",
    file: "runtime/query/wait-for.ts",
    from: "pointsOf(tokens, located), looked",
    to: "pointsOf(tokens.slice(0, 1), located), looked",
  },
  {
    name: "a query is answered although what it asks for is parked",
    file: "runtime/query/wait-for.ts",
    from: "const parked = await parkedAmong(side, found.suspects);",
    to: "const parked = undefined;",
  },
  {
    name: "a token that the feed does not show yet is not waited for",
    file: "runtime/query/wait-for.ts",
    from: "located.get(token) ?? [undefined]",
    to: "located.get(token) ?? []",
  },
];

/** They show only when several rare things meet: hundreds of seeds, more than continuous integration has time for. */
export const rareBugs: readonly PlantedBug[] = [
  {
    name: "queries are answered from the newest build, complete or not",
    file: "runtime/rebuild/choose-builds.ts",
    from: "return fits(own, live) ? live : undefined;",
    to: "return own;",
  },
  {
    name: "intents that a stopping process did not begin are taken for done",
    file: "runtime/policy/lane-run.ts",
    from: "if (!going()) break;",
    to: 'if (!going()) { done.push({ row, verdict: { kind: "done", then: [] } }); continue; }',
  },
  {
    name: "an audit judges rows that changed while it looked",
    file: "runtime/audit/settle.ts",
    from: 'changed.has(key) ? "changing" : "still"',
    to: '"still" as string',
  },
  {
    name: "a repair writes beside the steps of its worker",
    file: "runtime/projection/projection-work.ts",
    from: "return this.#alone(() => {\n      if (!this.tenure)",
    to: "return Promise.resolve().then(() => {\n      if (!this.tenure)",
  },
  {
    name: "whoever gives up refuses on what the others would have done",
    file: turn,
    from: "this.#giveUp(result.actual);",
    to: 'this.#open.forEach((pending, index) => { const verdict = round.verdicts[index]; this.#answer(pending, verdict?.kind === "refused" ? verdict.refused : { ok: false, reason: "version-conflict", expected: undefined, actual: result.actual }); }); this.#open = [];',
  },
  {
    name: "a worker holds a lease although another one got it",
    file: keeper,
    from: "if (taken && runner.model === model) this.#hold(runner, next.epoch);",
    to: "if (runner.model === model) this.#hold(runner, next.epoch);",
  },
];

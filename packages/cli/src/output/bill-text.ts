/** A bill as text: by service, beside other topologies, and what stands in the way of growing. */
import type { Alternative, Bill, BillDifference, Line, Measured, Quota } from "@foldstream/cost";
import { inColumns } from "./columns.ts";
import { inFull } from "./pace.ts";

export interface Told {
  readonly bill: Bill;
  readonly alternatives: readonly Alternative[];
  readonly quotas: readonly Quota[];
  readonly measured?: Measured;
  readonly difference?: BillDifference;
}

/** Quotas that are told unless all are asked for. */
const mostQuotas = 5;

export function billText(
  { bill, alternatives, quotas, measured, difference }: Told,
  { explain }: { readonly explain: boolean },
): string {
  const parts = [
    measured ? measuredText(measured) : [],
    explain ? explained(bill) : [],
    services(bill),
    difference ? differenceText(difference) : [],
    alternativesText(alternatives),
    quotasText(explain ? quotas : quotas.slice(0, mostQuotas)),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function money(amount: number): string {
  return amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function signed(amount: number): string {
  return `${amount < 0 ? "-" : "+"}${money(Math.abs(amount))}`;
}

function measuredText({ sample, events, streams }: Measured): readonly string[] {
  const { dataBytes, perCommand, deflatedTo } = events;
  return [
    `Measured on ${inFull(sample)} events: ${dataBytes} bytes of data (deflated to ${Math.round(deflatedTo * 100)} %), ` +
      `${perCommand.toFixed(2)} a command, ${streams.commandsEach.toFixed(1)} commands a stream.`,
  ];
}

function services({ region, currency, asOf, services, total, leftOut }: Bill): readonly string[] {
  const rows = services.map(({ service, amount }) => [service, money(amount)]);
  const missing = leftOut.map(({ service, item }) => `${service} ${item}`);
  return [
    ...inNumbers([[`A month in ${region}`, currency], ...rows, ["total", money(total)]]),
    `Prices as of ${asOf} and before.${missing.length > 0 ? ` Not in it, since no price is known: ${missing.join(", ")}.` : ""}`,
  ];
}

function explained({ lines, note }: Bill): readonly string[] {
  const sorted = lines.toSorted((a, b) => b.amount - a.amount);
  const figures = sorted.flatMap((line) => [
    `${line.service}, ${line.item}: ${figure(line.quantity)} ${line.unit}${free(line)} x ${figure(line.unitPrice)} = ${money(line.amount)}`,
    `  ${line.formula}; ${line.price} by ${line.source} (${line.asOf})`,
  ]);
  return note === undefined ? figures : [...figures, `Prices: ${note}`];
}

function free({ free: freeOfCharge }: Line): string {
  return freeOfCharge > 0 ? ` (${figure(freeOfCharge)} of them free)` : "";
}

/** Small prices keep their digits. */
function figure(value: number): string {
  return value >= 1_000 ? inFull(value) : value.toLocaleString("en", { maximumSignificantDigits: 6 });
}

function differenceText({ services: changed, before, after }: BillDifference): readonly string[] {
  const rows = changed.map(({ service, before: was, after: is }) => [service, money(was), money(is), signed(is - was)]);
  return inNumbers([
    ["The change", "before", "after", ""],
    ...rows,
    ["total", money(before), money(after), signed(after - before)],
  ]);
}

function alternativesText(alternatives: readonly Alternative[]): readonly string[] {
  const rows = alternatives.map(({ name, total, more, leftOut }) => [
    name,
    leftOut.length > 0 ? "?" : money(total),
    leftOut.length > 0 ? `no price of ${leftOut.map(({ item }) => item).join(", ")}` : more === 0 ? "" : signed(more),
  ]);
  return inNumbers([["The same traffic", "a month", ""], ...rows]);
}

function quotasText(quotas: readonly Quota[]): readonly string[] {
  const rows = quotas.map(({ name, limit, unit, demand, metAt, adjustable, onlyWith }) => [
    onlyWith ? `${name} (with ${onlyWith})` : name,
    `${((100 * demand) / limit).toFixed(demand < limit / 100 ? 2 : 0)} %`,
    metAt === undefined ? "" : inFull(metAt),
    `${inFull(limit)} ${unit}${adjustable ? ", can be raised" : ""}`,
  ]);
  return inColumns([["Quota, the first to be met first", "used at peak", "met at commands/s", ""], ...rows]);
}

/** The first column as text, the others set to the right. */
function inNumbers(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, index) => Math.max(most[index] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** How large an item is, as DynamoDB counts (docs: "DynamoDB item sizes and formats"). */

/** An attribute as the wire format has it: numbers and binary as text. */
type WireValue = Readonly<{
  S?: string;
  N?: string;
  B?: string;
  BOOL?: boolean;
  NULL?: boolean;
  M?: WireItem;
  L?: readonly WireValue[];
  SS?: readonly string[];
  NS?: readonly string[];
  BS?: readonly string[];
}>;
export type WireItem = Readonly<Record<string, WireValue>>;

const containerBytes = 3;
const memberBytes = 1;

/** Bytes of names and values. */
export function itemBytes(item: WireItem): number {
  return sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueBytes(value)));
}

function valueBytes(value: WireValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return Buffer.from(value.B, "base64").length;
  if (value.M) return containerBytes + itemBytes(value.M) + memberBytes * Object.keys(value.M).length;
  if (value.L) return containerBytes + sum(value.L.map((member) => valueBytes(member) + memberBytes));
  if (value.SS) return sum(value.SS.map((text) => Buffer.byteLength(text)));
  if (value.NS) return sum(value.NS.map(numberBytes));
  if (value.BS) return sum(value.BS.map((text) => Buffer.from(text, "base64").length));
  return 1;
}

/** One byte for two significant digits, and one more; another for a minus. Zeros at either end do not count. */
function numberBytes(text: string): number {
  const [mantissa = ""] = text.toLowerCase().split("e");
  const digits = mantissa.replace(/[-+.]/g, "").replace(/^0+/, "").replace(/0+$/, "");
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

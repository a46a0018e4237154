/**
 * A map that forgets what was not used lately. Entries that weigh `capacity` together at most, of which the half used most recently is
 * certain to be there; one that outweighs the half by itself is kept until others were used more than it.
 * Two generations instead of one list in order of use: dropping the oldest entry of a `Map` again and again makes it walk over the
 * gaps of those dropped before, which at thousands of entries costs more than everything else that a command does.
 */
export class RecentMap<K, V> {
  readonly #half: number;
  readonly #weightOf: (value: V) => number;
  #young = new Map<K, Weighed<V>>();
  #old = new Map<K, Weighed<V>>();
  #weight = 0;

  /** `weightOf` is asked whenever an entry is set. Default: each weighs 1. */
  constructor(capacity: number, weightOf: (value: V) => number = () => 1) {
    this.#half = Math.max(1, Math.floor(capacity / 2));
    this.#weightOf = weightOf;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young) return young.value;
    const old = this.#old.get(key);
    if (old) this.set(key, old.value);
    return old?.value;
  }

  set(key: K, value: V): void {
    const weight = this.#weightOf(value);
    const others = this.#weight - (this.#young.get(key)?.weight ?? 0);
    if (others > 0 && others + weight > this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = weight;
    } else this.#weight = others + weight;
    this.#young.set(key, { value, weight });
  }

  delete(key: K): void {
    this.#weight -= this.#young.get(key)?.weight ?? 0;
    this.#young.delete(key);
    this.#old.delete(key);
  }
}

interface Weighed<V> {
  readonly value: V;
  readonly weight: number;
}

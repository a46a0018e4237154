/** Children of a metric by the value of one label. Nested for several labels, since joining a key per observation would cost more. */

/** Beyond this many values a label reads `other`: names from outside must not grow the memory without bound. */
const mostValues = 200;

export class LabelMap<Child> {
  readonly #children = new Map<string, Child>();
  readonly #make: () => Child;

  constructor(make: () => Child) {
    this.#make = make;
  }

  of(label: string): Child {
    return this.#children.get(label) ?? this.#add(label);
  }

  samples<S>(read: (label: string, child: Child) => readonly S[]): readonly S[] {
    return [...this.#children].flatMap(([label, child]) => read(label, child));
  }

  #add(wanted: string): Child {
    const label = this.#children.size < mostValues ? wanted : "other";
    const child = this.#children.get(label) ?? this.#make();
    this.#children.set(label, child);
    return child;
  }
}

/** A counter. */
export class Tally {
  value = 0;
}

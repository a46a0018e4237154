/** What the service answers instead of doing as it is told. */

export class Refusal extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, reason: string) {
    super(reason);
    this.status = status;
    this.type = type;
  }

  get error(): object {
    return { type: this.type, reason: this.message };
  }
}

export function badRequest(type: string, reason: string): Refusal {
  return new Refusal(400, type, reason);
}

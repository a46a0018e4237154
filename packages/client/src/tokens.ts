/** The consistency tokens that stand for everything this client has written. */

const most = 64;

export class Tokens {
  #held: readonly string[] = [];

  /**
   * To be called before a command is sent, and the result with the token it returned. A later token covers those that were known
   * before its command began; commands that ran at the same time may have been written in either order, so both tokens stay.
   */
  begin(): (token: string) => void {
    const covered = this.#held;
    return (token) => {
      this.#held = [...this.#held.filter((held) => !covered.includes(held) && held !== token), token].slice(-most);
    };
  }

  get held(): readonly string[] {
    return this.#held;
  }
}

import { describe, expect, it } from "vitest";
import { account } from "../../test/bank.ts";
import { ExpectationError, given } from "./given.ts";

const opened = given(account, { Deposited: { cents: 50 } });

describe("given", () => {
  it("accepts the events that the command produces, in order", () => {
    opened.when("Withdraw", { cents: 20 }).then({ Withdrawn: { cents: 20 } });
    opened.when("Withdraw", { cents: 20 }).then([{ Withdrawn: { cents: 20 } }]);
    opened.when("Touch", {}).then([]);
  });

  it("accepts the code of a rejection", () => {
    opened.when("Withdraw", { cents: 51 }).then({ code: "overdrawn" });
  });

  it.each([
    ["other data", { Withdrawn: { cents: 1 } }],
    ["another event", { Deposited: { cents: 20 } }],
    ["nothing", []],
    ["a rejection", { code: "overdrawn" }],
  ] as const)("fails when %s was expected", (_, expected) => {
    expect(() => opened.when("Withdraw", { cents: 20 }).then(expected)).toThrow(ExpectationError);
  });

  it("fails when the command is refused but events were expected", () => {
    expect(() => opened.when("Withdraw", { cents: 99 }).then({ Withdrawn: { cents: 99 } })).toThrow(
      /found .*overdrawn/,
    );
  });

  it("refuses given events and commands that do not fit their schemas", () => {
    expect(() => given(account, { Deposited: { cents: 0.5 } })).toThrow(
      /event "Deposited" does not fit its schema: \/cents/,
    );
    expect(() => opened.when("Deposit", { cents: -1 })).toThrow(/command "Deposit" does not fit/);
  });

  it("catches a handler that changes state in place", () => {
    const careless = {
      ...account,
      evolve: {
        ...account.evolve,
        Deposited: (state: { cents: number; closed: boolean }, { cents }: { cents: number }) => {
          state.cents += cents;
          return state;
        },
      },
    };

    expect(() => given(careless, { Deposited: { cents: 1 } })).toThrow(TypeError);
  });
});

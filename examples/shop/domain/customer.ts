/** A customer: one stream per customer number. */
import { aggregate, reject } from "foldstream";
import * as z from "zod";

const registration = z.object({ country: z.string().min(1) });

export const customer = aggregate("customer", {
  initialState: { registered: false },
  commands: { RegisterCustomer: registration },
  events: { CustomerRegistered: registration },
  decide: {
    RegisterCustomer: (data, { registered }, { id }) =>
      registered
        ? reject("already-registered", `Customer ${id} has been registered before.`)
        : { CustomerRegistered: data },
  },
  evolve: { CustomerRegistered: () => ({ registered: true }) },
});

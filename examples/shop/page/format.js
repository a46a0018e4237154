/** Figures as people read them. */

const pounds = new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP" });
const whole = new Intl.NumberFormat("en-GB");

/** Thousandths of a pound. */
export function money(mils) {
  return pounds.format(mils / 1_000);
}

export function count(value) {
  return whole.format(value);
}

/** Local time as the shop writes it: `2010-12-01T08:26`. */
export function localMinute(date) {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** Whatever a command was refused for, in words. */
export function why({ rejection, issues, problem, reason }) {
  return (
    rejection?.message ?? issues?.map(({ message }) => message).join(" ") ?? problem?.detail ?? problem?.title ?? reason
  );
}

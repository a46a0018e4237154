/** Figures as people read them. */

const whole = new Intl.NumberFormat("en");
const tenth = new Intl.NumberFormat("en", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: "negative",
});
const share = new Intl.NumberFormat("en", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function count(value) {
  return whole.format(value);
}

/** `part` of `all`, and a dash where there is nothing to divide. */
export function percent(part, all) {
  return all > 0 ? share.format(part / all) : "–";
}

export function minutes(sum, of) {
  return of > 0 ? `${tenth.format(sum / of)} min` : "–";
}

/** Local time at the airport, such as `1 Jan 08:15`. All data is of one year. */
export function moment(text) {
  if (!text) return "–";
  const [, month, day, time] = /^\d+-(\d+)-(\d+)T(.*)$/.exec(text);
  return `${Number(day)} ${months[month - 1]} ${time}`;
}

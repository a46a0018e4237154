/** Instants as text. Neighbouring events mostly share their millisecond, and making the text costs more than remembering it. */
export function isoTimes(): (ms: number) => string {
  let last = Number.NaN;
  let text = "";
  return (ms) => {
    if (ms !== last) {
      text = new Date(ms).toISOString();
      last = ms;
    }
    return text;
  };
}

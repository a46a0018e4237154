/** The figures behind the domain's refusals. The check against DuckDB applies the same ones. */

/** Half the Earth's girth in miles, rounded up: no two airports are farther apart. */
export const longestDistanceMiles = 12_500;
/** A departure this long before its schedule is a slip of the pen. */
export const earliestDelayMinutes = -6 * 60;
/** And so is one this long after it. */
export const latestDelayMinutes = 48 * 60;
/** The US Bureau of Transportation Statistics counts a departure as on time when it is less than 15 minutes late. */
export const lateFromMinutes = 15;

/** Cron expressions as schedules of policies. */
export { type CronOptions, cron } from "./cron.ts";

/** A local PostgreSQL for tests, benchmarks and `npm start`. Never published. */
export { freePort } from "./free-port.ts";
export { type LocalPostgres, type LocalPostgresOptions, startPostgres } from "./start-postgres.ts";

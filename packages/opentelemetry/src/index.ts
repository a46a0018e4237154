/** Metrics and traces of a Foldstream application by the OpenTelemetry API. */
export { type OpenTelemetry, type OpenTelemetryOptions, openTelemetry } from "./open-telemetry.ts";

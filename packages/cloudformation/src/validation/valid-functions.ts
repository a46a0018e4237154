/** Settings of functions: within what Lambda takes, and what their work needs. */
import { type FunctionSettings, type Role, roles, type Topology } from "../topology.ts";
import { expectSettings, expectText, expectWhole, refuse } from "./expectations.ts";

const settings: Readonly<Record<keyof FunctionSettings, true>> = {
  memoryMb: true,
  timeoutSeconds: true,
  reservedConcurrency: true,
  environment: true,
};

/** A worker must see a lease pass before it takes over from one that was ended. */
const shortest: Partial<Readonly<Record<Role, number>>> = { worker: 30 };

/** SQS starts two copies at least, and what it cannot start it counts as tried. */
export const fewestCopies: Partial<Readonly<Record<Role, number>>> = { queue: 2 };

export function validFunctions(functions: NonNullable<Topology["functions"]>): void {
  expectSettings("functions", functions, roles);
  for (const role of roles) if (functions[role] !== undefined) expectFunction(role, functions[role]);
}

function expectFunction(role: Role, given: FunctionSettings): void {
  const setting = `functions.${role}`;
  expectSettings(setting, given, Object.keys(settings));
  const { memoryMb, timeoutSeconds, reservedConcurrency, environment } = given;
  if (memoryMb !== undefined) expectWhole(`${setting}.memoryMb`, memoryMb, 128, 10_240);
  if (timeoutSeconds !== undefined) expectWhole(`${setting}.timeoutSeconds`, timeoutSeconds, shortest[role] ?? 1, 900);
  if (reservedConcurrency !== undefined)
    expectWhole(`${setting}.reservedConcurrency`, reservedConcurrency, fewestCopies[role] ?? 1, 1_000_000);
  if (environment !== undefined) expectEnvironment(`${setting}.environment`, environment);
}

/** Set by Lambda itself (AWS Lambda Developer Guide, "Defined runtime environment variables"). */
const setByLambda = [
  ...["_HANDLER", "_X_AMZN_TRACE_ID", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "AWS_LAMBDA_RUNTIME_API"],
  ...["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_INITIALIZATION_TYPE"],
  ...["NAME", "MEMORY_SIZE", "VERSION"].map((what) => `AWS_LAMBDA_FUNCTION_${what}`),
  ...["GROUP", "STREAM"].map((what) => `AWS_LAMBDA_LOG_${what}_NAME`),
  ...["AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
];
const setByTemplates = ["FOLDSTREAM_TABLE_PREFIX", "DATABASE_SECRET_ARN"];
const mostBytes = 4_096;

function expectEnvironment(setting: string, environment: unknown): void {
  if (typeof environment !== "object" || environment === null) refuse(setting, "texts by name", environment);
  for (const [name, value] of Object.entries(environment)) {
    if ([...setByLambda, ...setByTemplates].includes(name))
      refuse(setting, "none of the names that Lambda or the templates set", name);
    expectText(setting, name, /^[a-zA-Z]\w+$/, "names of two letters, digits or underscores at least, a letter first");
    expectText(`${setting}.${name}`, value, /^/, "a text");
  }
  const bytes = Buffer.byteLength(Object.entries(environment).flat().join(""));
  if (bytes > mostBytes) refuse(setting, `at most ${mostBytes} bytes of names and texts together`, bytes);
}

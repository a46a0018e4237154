/** Loads the handler, then asks for invocations one after the other, as Lambda's runtime does. */

const { AWS_LAMBDA_RUNTIME_API: api, LAMBDA_TASK_ROOT: root, _HANDLER: name = "" } = process.env;
const base = `http://${api}/2018-06-01/runtime`;
const [file, member = ""] = name.split(".");

type Handler = (event: unknown, context: object) => unknown;

const post = (path: string, body: unknown) =>
  fetch(`${base}${path}`, { method: "POST", body: JSON.stringify(body ?? null) });

const told = (error: unknown) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") }
    : { errorType: "Error", errorMessage: String(error), trace: [] };

const handler: Handler = await import(`${root}/${file}.mjs`)
  .then((exports) => exports[member])
  .catch(async (error) => {
    await post("/init/error", told(error));
    process.exit(1);
  });

for (;;) {
  const next = await fetch(`${base}/invocation/next`);
  const id = next.headers.get("lambda-runtime-aws-request-id");
  const deadline = Number(next.headers.get("lambda-runtime-deadline-ms"));
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
  try {
    await post(`/invocation/${id}/response`, await handler(await next.json(), context));
  } catch (error) {
    await post(`/invocation/${id}/error`, told(error));
  }
}

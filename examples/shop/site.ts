/** The API of the shop, under any folder. */
import { type HostedRuntime, type HttpOptions, httpHandler } from "@foldstream/http";

export function shopSite(
  runtime: HostedRuntime,
  { basePath = "", ...options }: Pick<HttpOptions, "onError" | "metrics" | "basePath"> = {},
): (request: Request) => Promise<Response> {
  return httpHandler(runtime, { ...options, basePath: `${basePath}/api` });
}

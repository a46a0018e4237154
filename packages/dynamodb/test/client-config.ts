/** How the official client finds a local engine. */
export function clientConfigAt(endpoint: string) {
  return { endpoint, region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}

/** A process for the test of signals: serves, and closes slowly when its first argument says so. */
import { runUntilSignal, serve } from "@foldstream/node";

const server = await serve({ fetch: () => new Response("served"), port: 0 });
console.log(`listening ${server.url}`);
await runUntilSignal(async () => {
  console.log("closing");
  if (process.argv[2] === "slowly") await new Promise((resolve) => setTimeout(resolve, 60_000));
  await server.close();
});
console.log("closed");

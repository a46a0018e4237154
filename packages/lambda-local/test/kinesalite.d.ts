/** Kinesis in memory; it comes without types. */
declare module "kinesalite" {
  import type { Server } from "node:http";

  export default function kinesalite(options: { createStreamMs?: number; updateStreamMs?: number }): Server;
}

/** The responses that a server has not finished, so that it can end in order. */
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export class OpenResponses {
  readonly #open = new Set<ServerResponse>();
  readonly #sockets = new Set<Socket>();
  #finishing = false;

  constructor(server: Server) {
    const open = this.#open;
    function forget(this: ServerResponse): void {
      open.delete(this);
    }
    server.on("request", (_request, response: ServerResponse) => {
      open.add(response);
      response.once("close", forget);
      if (this.#finishing) finish(response);
    });
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  /**
   * Ends event streams, and lets every other connection end with the response it is at: Node would keep it open for the next one.
   * Connections that were opened ahead and never used, as browsers do, are not idle to Node, so they are closed here.
   */
  finish(): void {
    this.#finishing = true;
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
    for (const response of this.#open) finish(response);
  }
}

function finish(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("connection", "close");
  else if (isEventStream(response)) response.end(() => response.socket?.end());
}

/** By what the client accepts: what a Fetch handler answers is not among the headers that Node remembers. */
function isEventStream({ req }: ServerResponse): boolean {
  return req.headers.accept?.includes("text/event-stream") ?? false;
}

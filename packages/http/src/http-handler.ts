/** What every host of the Fetch API can call. */
export type HttpHandler = (request: Request) => Promise<Response>;

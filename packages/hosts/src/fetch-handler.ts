/** What every host needs of an app: `httpHandler` of `@foldstream/http` makes one. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

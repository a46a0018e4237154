/** `npm run lambda-runtime-client`: builds AWS's own runtime client, by which tests and the harness then run functions. */
import { installRuntimeClient } from "../tests/lambda-harness/install-runtime-client.ts";

const built = await installRuntimeClient((line) => console.error(line));
console.log(built ? "Functions run by aws-lambda-ric." : "Functions run in a loop of this project's own.");
process.exitCode = built ? 0 : 1;

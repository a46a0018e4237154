/** Every question, in the order in which they are listed. */
import { append } from "./append/append.ts";
import { audit } from "./audit/audit.ts";
import { coldStart } from "./cold-start/cold-start.ts";
import { dynamoDbCost } from "./dynamodb-cost/dynamodb-cost.ts";
import { hotCounter } from "./hot-counter/hot-counter.ts";
import { http } from "./http/http.ts";
import { project } from "./project/project.ts";
import type { Question } from "./question.ts";
import { read } from "./read/read.ts";
import { rebuild } from "./rebuild/rebuild.ts";
import { replay } from "./replay/replay.ts";
import { visible } from "./visible/visible.ts";

export const questions: readonly Question[] = [
  append,
  hotCounter,
  read,
  replay,
  project,
  rebuild,
  visible,
  audit,
  http,
  dynamoDbCost,
  coldStart,
];

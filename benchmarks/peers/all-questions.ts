/** Every question, in the order in which they are asked. */
import type { PeerQuestion } from "./question.ts";
import { batches, concurrent, sequential } from "./questions/append.ts";
import { catchUp } from "./questions/catch-up.ts";
import { hotStream } from "./questions/hot-stream.ts";
import { http } from "./questions/http.ts";
import { read } from "./questions/read.ts";
import { visible } from "./questions/visible.ts";

export const questions: readonly PeerQuestion[] = [
  sequential,
  concurrent,
  hotStream,
  batches,
  read,
  catchUp,
  http,
  visible,
];

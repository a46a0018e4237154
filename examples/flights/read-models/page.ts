/** Input that pages through an answer. */
import * as z from "zod";

export const page = {
  limit: z.int().min(1).max(1_000).default(50),
  offset: z.int().min(0).default(0),
};

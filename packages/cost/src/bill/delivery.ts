/** What goes out: answers, straight from the function or through CloudFront with the page's files. */
import { gigabyte } from "../traffic/shapes.ts";
import type { Situation } from "./situation.ts";
import type { Usage } from "./usage.ts";

export function deliveryUsage(situation: Situation): readonly Usage[] {
  const { deployed, profile, mean, seconds } = situation;
  const commands = profile.commands.by === "http" ? mean.commands : 0;
  const answers = (mean.queries + commands) * seconds;
  const gigabytes = (answers * profile.answerBytes) / gigabyte;
  const formula = `${Math.round(answers)} answers x ${profile.answerBytes} bytes`;
  if (deployed.page) return throughCloudFront(situation, { answers, gigabytes, formula });
  return [
    { service: "Data transfer", item: "answers", quantity: gigabytes, unit: "GB", price: "transfer.out-gb", formula },
  ];
}

interface Answers {
  readonly answers: number;
  readonly gigabytes: number;
  readonly formula: string;
}

/** What CloudFront fetches from AWS is free of charge; of the page's files it fetches few, since it keeps them. */
function throughCloudFront({ profile }: Situation, { answers, gigabytes, formula }: Answers): readonly Usage[] {
  const { requestsPerMonth = 0, bytesPerRequest = 0 } = profile.page ?? {};
  const files = `${formula}, and ${requestsPerMonth} requests of the page x ${bytesPerRequest} bytes`;
  const gigabytesOfPage = (requestsPerMonth * bytesPerRequest) / gigabyte;
  const fetched = requestsPerMonth / 100;
  return [
    {
      service: "CloudFront",
      item: "requests",
      quantity: answers + requestsPerMonth,
      unit: "HTTPS requests",
      price: "cloudfront.https-request",
      formula: files,
    },
    {
      service: "CloudFront",
      item: "transfer",
      quantity: gigabytes + gigabytesOfPage,
      unit: "GB",
      price: "cloudfront.transfer-gb",
      formula: files,
    },
    {
      service: "S3",
      item: "files that CloudFront fetches",
      quantity: fetched,
      unit: "GET requests",
      price: "s3.get-request",
      formula: "one in a hundred of the page's requests",
    },
  ];
}

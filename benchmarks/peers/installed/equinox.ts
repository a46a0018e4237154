/** equinox-js on DynamoDB: deciders on a category with its cache, and rolling state kept in the tip, as its documents advise. */
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { CachingStrategy, Codec, Decider, LoadOption, MemoryCache, StreamId } from "@equinox-js/core";
import {
  AccessStrategy,
  DynamoStoreCategory,
  DynamoStoreClient,
  DynamoStoreContext,
  QueryOptions,
  TipOptions,
} from "@equinox-js/dynamo-store";
import { type OpenLibrary, type Payload, payload } from "../library.ts";
import type { DynamoDbPlace, Place } from "../places/place.ts";

type Event = { type: "Incremented"; data: Payload } | { type: "Snapshotted"; data: State };
type State = { value: number };

/** By default it gives up after three: with 64 clients on one counter, most would fail. */
const attempts = 10_000;
const initial: State = { value: 0 };

export async function open(place: Place): Promise<OpenLibrary> {
  if (place.engine !== "dynamodb") throw new Error("Only its store on DynamoDB can be installed here.");
  const category = await categoryOn(place);
  const deciderOf = (id: string) => Decider.forStream(category, StreamId.create(id), undefined);
  const incremented = (data: Payload): Event => ({ type: "Incremented", data });
  return {
    append(id, expected, payloads) {
      const load = expected === 0 ? LoadOption.AssumeEmpty : LoadOption.AnyCachedValue;
      return deciderOf(id).transact(() => payloads.map(incremented), load);
    },
    sum: (id) => deciderOf(id).query(({ value }) => value),
    async increment(id) {
      let tried = 0;
      const decide = () => {
        tried++;
        return [incremented(payload)];
      };
      await deciderOf(id).transact(decide, LoadOption.AnyCachedValue, attempts);
      return tried - 1;
    },
    close: async () => undefined,
  };
}

function fold(state: State, events: Event[]): State {
  return events.reduce(
    (sum, event) => (event.type === "Snapshotted" ? event.data : { value: sum.value + event.data.by }),
    state,
  );
}

async function categoryOn({ endpoint, prefix }: DynamoDbPlace) {
  const tableName = `${prefix}events`;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDB({ endpoint, region: "eu-central-1", credentials });
  await client.createTable({
    TableName: tableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "p", AttributeType: "S" },
      { AttributeName: "i", AttributeType: "N" },
    ],
    KeySchema: [
      { AttributeName: "p", KeyType: "HASH" },
      { AttributeName: "i", KeyType: "RANGE" },
    ],
  });
  const context = DynamoStoreContext.create({
    client: new DynamoStoreClient(client),
    tableName,
    tip: TipOptions.create({}),
    query: QueryOptions.create({}),
  });
  const snapshot = AccessStrategy.Snapshot<Event, State>(
    ({ type }) => type === "Snapshotted",
    (data) => ({ type: "Snapshotted", data }),
  );
  return DynamoStoreCategory.create(
    context,
    "Counter",
    Codec.compress(Codec.json<Event>()),
    fold,
    initial,
    CachingStrategy.Cache(new MemoryCache()),
    snapshot,
  );
}

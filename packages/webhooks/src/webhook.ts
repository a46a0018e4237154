/** Performs an effect by sending a webhook, signed as the Standard Webhooks specification says (standardwebhooks.com). */
import {
  DefinitionError,
  type Effect,
  type EffectContext,
  type EffectHandler,
  EffectRefusedError,
  performs,
} from "foldstream";
import { Webhook } from "standardwebhooks";

export interface WebhookOptions {
  /** Where to send it. */
  readonly url: string;
  /** Shared with the receiver: `whsec_` and 24 to 64 bytes as base64. */
  readonly secret: string;
  /** How long to wait for the answer, in milliseconds. Default 15,000. */
  readonly timeoutMs?: number;
}

/** Of which the receiver has said that it wants no more. */
const gone = 410;

/**
 * Sends `{ type, timestamp, data }`: the effect's name, when it was wanted, and its payload. `webhook-id` is the same for every attempt.
 * An answer of 2xx ends it, 410 parks it at once, and anything else, redirects included, has it tried again.
 * @throws DefinitionError when the address or the secret is malformed.
 */
export function webhook<E extends Effect>(what: E, { url, secret, timeoutMs = 15_000 }: WebhookOptions): EffectHandler {
  const signer = signerOf(what, secret);
  if (!URL.canParse(url)) throw new DefinitionError(`webhook "${what.name}": the url is not a URL.`);
  return performs(what, async (data, context) => {
    const id = await messageId(context);
    const sentAt = new Date();
    const body = JSON.stringify({ type: what.name, timestamp: context.wantedAt, data });
    const headers = {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1_000)),
      "webhook-signature": signer.sign(id, sentAt, body),
    };
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
    await response.body?.cancel();
    if (response.status === gone)
      throw new EffectRefusedError(`webhook "${what.name}": its receiver answered 410 Gone.`);
    if (!response.ok) throw new Error(`webhook "${what.name}": its receiver answered ${response.status}.`);
  });
}

function signerOf({ name }: Effect, secret: string): Webhook {
  const bytes = /^whsec_([A-Za-z0-9+/]+={0,2})$/.test(secret) ? atob(secret.slice("whsec_".length)).length : 0;
  if (bytes >= 24 && bytes <= 64) return new Webhook(secret);
  throw new DefinitionError(`webhook "${name}": expected a secret of "whsec_" and 24 to 64 bytes as base64.`);
}

/** Idempotency keys hold names of streams, which headers may not be able to carry. */
async function messageId({ idempotencyKey }: EffectContext): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(idempotencyKey));
  return `msg_${Buffer.from(digest).toString("base64url")}`;
}

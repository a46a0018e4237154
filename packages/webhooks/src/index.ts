/** Effects of policies as signed webhooks. */
export { type WebhookOptions, webhook } from "./webhook.ts";

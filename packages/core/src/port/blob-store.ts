/** The port to storage for what is too large for an engine's items. */
export interface BlobStore {
  /** Keeps `bytes` under `key`, durably once it resolves. Writing the same key again replaces it. */
  put(key: string, bytes: Uint8Array): Promise<void>;

  /** The bytes under `key`, or `undefined`. */
  get(key: string): Promise<Uint8Array | undefined>;
}

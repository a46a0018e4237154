/** How an invocation ended. */

export type Invoked =
  | { readonly kind: "answered"; readonly payload: unknown }
  /** The handler threw, or the init phase failed. */
  | { readonly kind: "failed"; readonly error: unknown }
  /** The copy was ended, since its time was up, or it was killed. */
  | { readonly kind: "ended" }
  /** As many copies were at work as may be: it reached none. */
  | { readonly kind: "throttled" };

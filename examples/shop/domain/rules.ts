/** What the example does on purpose. */

/** The product whose shelf label cannot be printed. In the source, 80,995 pieces of it were ordered at once, and cancelled at once. */
export const unprintable = "23843";

/** Where the source is: files of the npm package `vega-datasets`, which exports its code only, so its folder is found from there. */
import { fileURLToPath } from "node:url";

const folder = new URL("../data/", import.meta.resolve("vega-datasets"));

export const departuresFile = fileURLToPath(new URL("flights-3m.parquet", folder));
export const airportsFile = fileURLToPath(new URL("airports.csv", folder));

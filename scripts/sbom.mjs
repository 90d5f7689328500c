// `npm run -s sbom > slipway.cdx.json`: the bill of materials, CycloneDX in JSON, on standard output.
import { readFileSync } from "node:fs";
import path from "node:path";
import { billOf } from "./supply/bill.mjs";

const read = (name) => JSON.parse(readFileSync(path.resolve(import.meta.dirname, "..", name), "utf8"));

console.log(JSON.stringify(billOf(read("package.json"), read("package-lock.json").packages), null, 2));

// `npm run -s sbom > slipway.cdx.json`: the bill of materials of this installation, without development packages.
//
// It is npm's own, minus what npm marks as a development package. `npm sbom --omit dev` would not do: it also drops each
// package that a development package needs as well, React among them.
import { execFileSync } from "node:child_process";
import path from "node:path";

const printed = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--sbom-type", "application"], {
  cwd: path.resolve(import.meta.dirname, ".."),
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
  shell: process.platform === "win32", // npm is a batch file there
});
const bill = JSON.parse(printed);
const development = ({ properties = [] }) =>
  properties.some(({ name, value }) => name === "cdx:npm:package:development" && value === "true");
const components = bill.components.filter((component) => !development(component));
const kept = new Set([bill.metadata.component, ...components].map((component) => component["bom-ref"]));
const dependencies = bill.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => kept.has(each)) }));

console.log(JSON.stringify({ ...bill, components, dependencies }, null, 2));

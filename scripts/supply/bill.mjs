// The bill of materials of what is installed without development packages, read from the lockfile alone. npm's own
// `npm sbom --omit dev` leaves out every package that a development package needs too, React among them.
import path from "node:path";

/**
 * @param {{name: string, version: string, description?: string, license?: string}} project of package.json
 * @param {Record<string, any>} packages of package-lock.json, by their place
 * @returns a CycloneDX 1.5 document; the same lockfile gives the same text
 */
export function billOf(project, packages) {
  const places = Object.keys(packages).filter((place) => place !== "" && !packages[place].dev);
  const root = { ...component(project.name, project), type: "application", description: project.description };
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component: root },
    components: once(places.map((place) => component(nameAt(place), packages[place]))),
    dependencies: once(["", ...places].map((place) => needs(place, packages, root))),
  };
}

function component(name, { version, license, integrity, optional, devOptional }) {
  const scope = optional || devOptional ? "optional" : "required";
  const made = {
    type: "library",
    name,
    version,
    scope,
    "bom-ref": purl(name, version),
    purl: purl(name, version),
  };
  const hashes = integrity && { hashes: [hashOf(integrity)] };
  return { ...made, ...hashes, ...(license && { licenses: [licenseOf(license)] }) };
}

function purl(name, version) {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function hashOf(integrity) {
  const [, algorithm, base64] = /^sha(\d+)-(\S+)/.exec(integrity) ?? [];
  return { alg: `SHA-${algorithm}`, content: Buffer.from(base64 ?? "", "base64").toString("hex") };
}

/** One identifier of SPDX, or an expression of several. */
function licenseOf(text) {
  if (/^[\w.+-]+$/.test(text)) return { license: { id: text } };
  return { expression: text.replace(/ (and|or|with) /g, (word) => word.toUpperCase()) };
}

function nameAt(place) {
  return place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
}

function needs(place, packages, root) {
  const { version, dependencies, optionalDependencies, peerDependencies } = packages[place];
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  const found = names.map((name) => lookUp(place, name, packages)).filter((at) => at && !packages[at].dev);
  const dependsOn = found.map((at) => purl(nameAt(at), packages[at].version));
  const ref = place === "" ? root["bom-ref"] : purl(nameAt(place), version);
  return { ref, dependsOn: [...new Set(dependsOn)].sort() };
}

/** As Node looks for a package: beside the one that needs it, then further up. */
function lookUp(from, name, packages) {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf("/node_modules/"), 0))) {
    const place = path.posix.join(at, "node_modules", name);
    if (packages[place]) return place;
    if (at === "") return undefined;
  }
}

/** The same version in two places is one component, and needs what it needs in either. */
function once(entries) {
  const byRef = new Map();
  for (const entry of entries) {
    const ref = entry.ref ?? entry["bom-ref"];
    const known = byRef.get(ref);
    if (!known) byRef.set(ref, entry);
    else if (entry.dependsOn) known.dependsOn = [...new Set([...known.dependsOn, ...entry.dependsOn])].sort();
    else if (entry.scope === "required") known.scope = "required";
  }
  return [...byRef.values()];
}

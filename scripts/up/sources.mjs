import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

const inputs = [
  "src",
  "prisma",
  "public",
  "scripts/build.mjs",
  "next.config.js",
  "package.json",
  "package-lock.json",
  "postcss.config.mjs",
  "prisma.config.ts",
  "tsconfig.json",
];
const outputs = ["dist/main.mjs", "dist/api-reference.json", ".next/BUILD_ID"];
const stampOf = (root) => path.join(root, "dist", "built-from");

/** One hash over everything that goes into the build. */
export function hashSources(root) {
  const hash = createHash("sha256").update(process.versions.node);
  for (const file of inputs.flatMap((input) => filesOf(root, input))) {
    hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
  }
  return hash.digest("hex");
}

function filesOf(root, name) {
  const full = path.join(root, name);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return isInput(name) ? [name] : [];
  if (name === "src/db/generated") return [];
  return readdirSync(full)
    .sort()
    .flatMap((child) => filesOf(root, `${name}/${child}`));
}

function isInput(name) {
  return !/\.test\.tsx?$|\.md$/.test(name);
}

/** Whether the build that is there was made from these sources, to its end. */
export function isBuilt(root) {
  if (![stampOf(root), ...outputs.map((name) => path.join(root, name))].every(existsSync)) return false;
  return readFileSync(stampOf(root), "utf8") === hashSources(root);
}

/** Remove the mark while a build is running, so that an interrupted build is repeated. */
export function unmarkBuilt(root) {
  rmSync(stampOf(root), { force: true });
}

export function markBuilt(root, hash) {
  mkdirSync(path.dirname(stampOf(root)), { recursive: true });
  writeFileSync(stampOf(root), hash);
}

import { isBuilt } from "./sources.mjs";
import { step } from "./step.mjs";

/** Build unless the build that is there was made from these sources. */
export async function ensureBuilt(root) {
  if (isBuilt(root)) return;
  const args = ["scripts/build.mjs"];
  await step({ root, name: "build", title: "Building", command: process.execPath, args });
}

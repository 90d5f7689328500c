import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The Node.js that the README and the image recommend. */
const recommended = "24.21.0";

/**
 * A Node.js of that version: the one that runs this where it has the same major version, else the one that the npm
 * package `node` brings, which npm keeps among its own files for the next time.
 * @returns the path of the program
 * @throws when the registry cannot be reached and the package was never used before
 */
export async function recommendedNode(): Promise<string> {
  const [major] = recommended.split(".");
  if (process.versions.node.split(".")[0] === major) return process.execPath;
  const args = ["exec", "--yes", "--prefer-offline", `--package=node@${recommended}`, "--", "node"];
  const { stdout } = await promisify(execFile)("npm", [...args, "-p", "process.execPath"]);
  return stdout.trim();
}

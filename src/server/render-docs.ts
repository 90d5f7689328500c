/** A step of the build, after Next's: render the API reference once and keep it beside the programs. */
import { writeFile } from "node:fs/promises";
import { parseEnv, setEnv, setMode } from "@/lib/env";
import { docsPageFile, docsPageUrl, renderDocsPage } from "@/server/docs-page";

setEnv(parseEnv({ SLIPWAY_URL: docsPageUrl }));
setMode("production");
const { default: next } = await import("next");
const app = next({ dev: false });
await app.prepare();
const handle = app.getRequestHandler();
await writeFile(docsPageFile(), await renderDocsPage((request, response) => void handle(request, response)));
await app.close();
process.exit(0);

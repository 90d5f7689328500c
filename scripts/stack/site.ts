import { request } from "node:http";

export interface SiteAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** Ask the app's port for a page of a published site, whether or not `*.localhost` resolves on this machine. */
export function getSite(port: number, host: string, path = "/"): Promise<SiteAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, headers: { host } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
      });
    });
    asked.once("error", reject);
    asked.end();
  });
}

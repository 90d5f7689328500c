import type { ServerResponse } from "node:http";

const style = `:root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;
font:16px/1.6 system-ui,sans-serif;background:light-dark(#fafafa,#0b0b0c);color:light-dark(#18181b,#f4f4f5)}
main{max-width:32rem;padding:2rem;text-align:center}h1{font-size:1.25rem;margin:0 0 .5rem}
p{margin:0;color:light-dark(#52525b,#a1a1aa)}`;

/** A page of Slipway's own, where a site has none to show. It loads nothing and runs nothing. */
export function sendStatusPage(res: ServerResponse, status: number, title: string, text: string): void {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><style>${style}</style>
<main><h1>${title}</h1><p>${text}</p></main></html>\n`;
  res.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  });
  res.end(res.req.method === "HEAD" ? undefined : body);
}

import type { BrowserStep } from "@/providers/provider";
import type { HttpAnswer } from "@/rpc/http-call";

const style =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.25rem}" +
  "h1{font-size:1.25rem}button,a{font:inherit}button{padding:.5rem 1rem}html{color-scheme:light dark}";

/** Headers of responses on the way to and from a host: no caching and no referrer. */
export const authorizationHeaders = { "cache-control": "no-store", "referrer-policy": "no-referrer" };

/**
 * The page that hands the browser over to a host. Without script: a link opens by itself, a form waits for a click,
 * and this one page may send a form to the host that it names.
 */
export function browserStepPage(step: BrowserStep): HttpAnswer {
  const { origin, host, protocol } = new URL(step.url);
  if (!/^https?:$/.test(protocol)) throw new TypeError("A step in the browser leads to a web page");
  const body = step.kind === "link" ? linkBody(step.url, host) : formBody(step, host);
  const target = step.kind === "form" ? origin : "'none'";
  const headers = {
    ...authorizationHeaders,
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; form-action ${target}; base-uri 'none'; frame-ancestors 'none'`,
    // With `no-referrer` a form is posted with `Origin: null`, which hosts refuse.
    ...(step.kind === "form" && { "referrer-policy": "strict-origin" }),
  };
  return { headers, body: documentOf(`Continue to ${host}`, body) };
}

function linkBody(url: string, host: string): { head: string; body: string } {
  return {
    head: `<meta http-equiv="refresh" content="0;url=${escaped(url)}">`,
    body: `<h1>Opening ${escaped(host)} …</h1><p><a href="${escaped(url)}" rel="noreferrer">Continue to ${escaped(host)}</a></p>`,
  };
}

function formBody({ url, fields }: Extract<BrowserStep, { kind: "form" }>, host: string) {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  const body = `<h1>One more step on ${escaped(host)}</h1>
<p>The page that opens is already filled in. Confirm it there, and you come back here.</p>
<form method="post" action="${escaped(url)}">${inputs.join("")}<button type="submit" autofocus>Continue to ${escaped(host)}</button></form>`;
  return { head: "", body };
}

function documentOf(title: string, { head, body }: { head: string; body: string }): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>${head}<style>${style}</style></head>
<body><main>${body}</main></body></html>`;
}

function escaped(text: string): string {
  const names: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };
  return text.replace(/[&<>"']/g, (sign) => `&${names[sign]};`);
}

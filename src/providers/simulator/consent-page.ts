/** What a person sees on a simulated host before anything is permitted: buttons named Authorize and Deny. */
export function consentPage(
  client: string,
  login: string,
  scopes: string[],
  params: URLSearchParams,
): Response {
  const hidden = [...params].map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return page(`<h1>Authorize ${escaped(client)}?</h1>
    <p>Signed in as ${escaped(login)}. It asks for: ${escaped(scopes.join(", ") || "what is registered")}.</p>
    <form method="post">${hidden.join("")}
      <button name="decision" value="allow">Authorize</button>
      <button name="decision" value="deny">Deny</button>
    </form>`);
}

/** The browser is sent nowhere. */
export function errorPage(text: string): Response {
  return page(`<h1>An error has occurred</h1><p>${escaped(text)}</p>`, 400);
}

function page(body: string, status = 200): Response {
  const headers = { "content-type": "text/html; charset=utf-8" };
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title><body>${body}</body></html>`;
  return new Response(html, { status, headers });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** The small site that the demo deploys. */
const style = `:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
body { max-width: 40rem; margin: 4rem auto; padding: 0 1rem }
h1 { font-size: 2rem } code { background: color-mix(in srgb, currentColor 10%, transparent); padding: .1em .3em; border-radius: 4px }
`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
${body}
</body>
</html>
`;
}

export const site: Record<string, string> = {
  "README.md": "# Handbook\n",
  "style.css": style,
  "index.html": page(
    "Acme handbook",
    `<h1>Acme handbook</h1>
<p>This page is a file of the repository <code>acme/Handbook</code>, published by Slipway at one exact commit.</p>
<p><a href="/on-call/">On call</a></p>`,
  ),
  "on-call/index.html": page(
    "On call",
    `<h1>On call</h1>\n<p>Breathe. Then read the log.</p>\n<p><a href="/">Back</a></p>`,
  ),
};

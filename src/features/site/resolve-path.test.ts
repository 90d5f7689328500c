import { describe, expect, it } from "vitest";
import type { SiteFile } from "@/features/site/manifest";
import { parseRedirects } from "@/features/site/redirects";
import { type Decision, resolvePath } from "@/features/site/resolve-path";

const file: SiteFile = { hash: "h", size: 1, since: 0, type: "text/plain" };
const names = [
  "index.html",
  "about.html",
  "docs/index.html",
  "docs/404.html",
  "docs/deep/page.html",
  "both.html",
  "both/index.html",
  "app.js",
  "data.json",
  "404.html",
];

function decide(target: string, redirects = "", spaFallback = false, files = names): string {
  const { pathname, search } = new URL(target, "http://site.example");
  const release = {
    files: new Map(files.map((name) => [name, file])),
    redirects: parseRedirects(redirects).rules,
  };
  return said(resolvePath(release, { pathname, query: search }, spaFallback));
}

function said(decision: Decision): string {
  if (decision.kind === "missing") return "missing";
  if (decision.kind === "redirect") return `${decision.status} to ${decision.location}`;
  return `${decision.status} ${decision.name}`;
}

describe("a path of a site", () => {
  it.each([
    ["/", "200 index.html"],
    ["/index.html", "200 index.html"],
    ["/about", "200 about.html"],
    ["/about.html", "200 about.html"],
    ["/about/?a=1", "301 to /about?a=1"],
    ["/docs", "301 to /docs/"],
    ["/docs/", "200 docs/index.html"],
    ["/docs/index", "200 docs/index.html"],
    ["/docs/deep/page", "200 docs/deep/page.html"],
    ["/both", "200 both.html"],
    ["/both/", "200 both/index.html"],
    ["/data.json/", "404 404.html"],
    ["/nothing", "404 404.html"],
    ["/docs/nothing", "404 docs/404.html"],
    ["/docs/deep/nothing", "404 docs/404.html"],
  ])("%s is answered with %s", (target, expected) => {
    expect(decide(target)).toBe(expected);
  });

  it("is not found where the site has no 404 page", () => {
    expect(decide("/nothing", "", false, ["index.html"])).toBe("missing");
  });
});

describe("the fallback page of a single-page application", () => {
  it.each([
    ["/orders/42", "200 index.html"],
    ["/users/jane.doe", "200 index.html"],
    ["/example.com", "200 index.html"],
    ["/v1.2", "200 index.html"],
    ["/about", "200 about.html"],
    ["/app.js", "200 app.js"],
    ["/missing.js", "404 404.html"],
    ["/assets/logo.png", "404 404.html"],
    ["/report.pdf", "404 404.html"],
    ["/data/model.onnx", "404 404.html"],
    ["/x.parquet", "404 404.html"],
    ["/.env", "404 404.html"],
  ])("at %s: %s", (target, expected) => {
    expect(decide(target, "", true)).toBe(expected);
  });

  it.each([
    ["/orders/42", "200 index.html"],
    ["/missing.js", "404 404.html"],
    ["/app.js", "200 app.js"],
  ])("by a catch-all redirect, at %s: %s", (target, expected) => {
    expect(decide(target, "/* /index.html 200")).toBe(expected);
  });
});

describe("a page for many addresses", () => {
  const release = (redirects: string) => ({
    files: new Map(names.map((name) => [name, file])),
    redirects: parseRedirects(redirects).rules,
  });
  const at = (pathname: string, destination: string, redirects = "") =>
    said(resolvePath(release(redirects), { pathname, query: "", destination }, redirects === ""));

  it("is no answer to a missing asset, also by a rule with names", () => {
    expect(decide("/assets/x.js", "/:a/:b /index.html 200")).toBe("404 404.html");
    expect(decide("/orders/42", "/:a/:b /index.html 200")).toBe("200 index.html");
  });

  it.each(["script", "image", "style", "font", "worker", "video"])(
    "is no answer to a browser that loads a %s",
    (destination) => {
      expect(at("/photo", destination)).toBe("404 404.html");
      expect(at("/photo", destination, "/* /index.html 200")).toBe("404 404.html");
    },
  );

  it.each(["document", "iframe", "empty"])("answers a browser that loads a %s", (destination) => {
    expect(at("/photo", destination)).toBe("200 index.html");
  });
});

describe("redirect rules", () => {
  it.each([
    ["a file wins", "/app.js", "/app.js /new.js", "200 app.js"],
    ["a folder wins", "/docs", "/docs /new", "301 to /docs/"],
    ["unless the rule is forced", "/app.js", "/app.js /new.js 301!", "301 to /new.js"],
    ["a rewrite finds clean addresses", "/x", "/x /about 200", "200 about.html"],
    ["a rewrite to nothing is a 404", "/x", "/x /nothing 200", "404 404.html"],
    ["a page for what is gone", "/x", "/x /about 410", "410 about.html"],
    [
      "a rule that leads to itself is passed over",
      "/x/y",
      "/x/* /x/:splat 301\n/x/y /about 302",
      "302 to /about",
    ],
    ["a rule comes before the 404", "/x", "/x /about", "301 to /about"],
  ])("%s", (_, target, redirects, expected) => {
    expect(decide(target, redirects)).toBe(expected);
  });

  it("apply before the fallback page of a single-page application", () => {
    expect(decide("/x", "/x /about 302", true)).toBe("302 to /about");
  });
});

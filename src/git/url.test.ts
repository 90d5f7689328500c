import fc from "fast-check";
import { expect, test } from "vitest";
import { readRepositoryUrl } from "@/git/url";
import { asFault } from "@/lib/fault";

test.each([
  ["https://git.example.com/acme/site.git", "https://git.example.com/acme/site.git"],
  ["https://git.example.com/acme/site/", "https://git.example.com/acme/site"],
  [" https://git.example.com:8443/prefix/acme/site \n", "https://git.example.com:8443/prefix/acme/site"],
  ["http://10.0.0.1:3000/a/b.git", "http://10.0.0.1:3000/a/b.git"],
  ["https://dev.azure.com/org/My%20Project/_git/repo", "https://dev.azure.com/org/My%20Project/_git/repo"],
])("the repository URL %s is read", (text, url) => {
  expect(readRepositoryUrl(text)).toEqual({ kind: "http", url, credential: null });
});

test.each([
  ["https://me:p%40ss@h/a/b", { username: "me", password: "p@ss" }],
  ["https://token@h/a/b", { username: "token", password: "" }],
  ["https://oauth2:a:b@h/a/b", { username: "oauth2", password: "a:b" }],
])("the credential in %s is separated from the repository URL", (text, credential) => {
  expect(readRepositoryUrl(text)).toEqual({ kind: "http", url: "https://h/a/b", credential });
});

test.each([
  ["git@github.com:acme/site.git", { user: "git", host: "github.com", port: 22, path: "acme/site.git" }],
  [
    "ssh://git@host.example:2222/acme/site.git",
    { user: "git", host: "host.example", port: 2222, path: "/acme/site.git" },
  ],
  [
    "ssh://host.example/acme/site.git",
    { user: "git", host: "host.example", port: 22, path: "/acme/site.git" },
  ],
  [
    "org@vs-ssh.visualstudio.com:v3/org/p/r",
    { user: "org", host: "vs-ssh.visualstudio.com", port: 22, path: "v3/org/p/r" },
  ],
])("the repository URL %s is read as SSH", (text, parts) => {
  expect(readRepositoryUrl(text)).toEqual({ kind: "ssh", ...parts });
});

const refused = [
  "",
  "--upload-pack=touch /tmp/x",
  "-oProxyCommand=id",
  "ext::sh -c id",
  "fd::17",
  "file:///etc/passwd",
  "/etc",
  "../x",
  "./x",
  "~/x",
  "C:\\repo",
  "git://h/x",
  "ftp://h/x",
  "ssh://-oProxyCommand=id/x",
  "ssh://git@-oProxyCommand=id/x",
  "ssh://git@h:0/x",
  "ssh://git@h:99999/x",
  "ssh://-git@h/x",
  "-git@h:x",
  "git@-h:x",
  "git@h:-x",
  "git@h:../x",
  "git@h:a b",
  "git@h:",
  "git@h:a\\b",
  "https://h/x?y#z",
  "https://h/x?y",
  "https://h/x#z",
  "https://h",
  "https://h/",
  "https://h//",
  "https:///h/x",
  "https:h/x",
  "https://h/x\r\ny",
  "https://h/x\0y",
  "https://h/%0ahost=evil",
  "https://h/%00",
  "https://h/../x",
  "https://h/a/%2e%2e/x",
  "https://h\\@evil/x",
  "https://a@b@c/x",
  "https://2130706433/x",
  "https://0x7f.1/x",
  "https://%zz:p@h/x",
  `https://h/${"a".repeat(5000)}`,
  `git@h:${"a".repeat(5000)}`,
];

test.each(refused)("the repository URL %j is refused before git is started", (text) => {
  expect(() => readRepositoryUrl(text)).toThrow(expect.objectContaining({ code: "invalid_input" }));
});

test("any text is read as a repository URL without user-info, query and fragment, or refused as input", () => {
  const pieces = fc.constantFrom(
    "https://",
    "ssh://",
    "git@",
    "h",
    "/",
    ":",
    "@",
    "?",
    "#",
    "..",
    "-",
    "%",
    "a",
    " ",
    "\\",
    "8",
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 10 }).map((all) => all.join("")),
    fc.webUrl(),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (given) => {
      try {
        const read = readRepositoryUrl(given);
        return read.kind === "ssh"
          ? !/^-/.test(read.host + read.path)
          : !/[@?#\\\s]/.test(new URL(read.url).host);
      } catch (error) {
        return asFault(error).code === "invalid_input";
      }
    }),
    { numRuns: 1000 },
  );
});

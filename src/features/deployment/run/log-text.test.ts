import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineSplitter, safeLine } from "@/features/deployment/run/log-text";
import { redactor } from "@/lib/redact";

const esc = String.fromCharCode(27);

describe("a line of the log", () => {
  it("keeps colours", () => {
    expect(safeLine(`${esc}[1;32mdone${esc}[0m`)).toBe(`${esc}[1;32mdone${esc}[0m`);
  });

  it("drops codes that move the cursor or clear the screen", () => {
    expect(safeLine(`${esc}[2J${esc}[Hhello${esc}[K`)).toBe("hello");
  });

  it("shows other control characters in escaped form", () => {
    expect(safeLine(`bell${String.fromCharCode(7)} nul${String.fromCharCode(0)} c1\u009b`)).toBe(
      "bell\\x07 nul\\x00 c1\\x9b",
    );
    expect(safeLine(`${esc}]0;title`)).toBe("\\x1b]0;title");
  });

  it("shows bidirectional control characters in escaped form", () => {
    expect(safeLine("a\u202eb\u2066c")).toBe("a\\u202eb\\u2066c");
  });

  it("keeps the last state of a progress line", () => {
    expect(safeLine("10%\r50%\r100%\r")).toBe("100%");
  });

  it("is cut when it is too long", () => {
    expect(safeLine("x".repeat(10_000))).toMatch(/^x{8192} … \(line cut\)$/);
  });

  it("never holds a control character beyond tab and colours, nor half a character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const safe = safeLine(text).replace(/\p{Cc}\[[0-9;:]*m/gu, "");
        expect(safe.isWellFormed()).toBe(true);
        expect(safe).not.toMatch(/(?!\t)\p{Cc}/u);
      }),
    );
  });
});

describe("cutting a stream into lines", () => {
  it("gives the same lines however the stream is chunked", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 5 })), (pieces) => {
        const lines: string[] = [];
        const splitter = lineSplitter((line) => lines.push(line));
        for (const piece of pieces) splitter.push(piece);
        splitter.end();
        const whole = pieces.join("").split("\n");
        expect(lines).toEqual(whole.at(-1) === "" ? whole.slice(0, -1) : whole);
      }),
    );
  });
});

describe("masking secrets in the log", () => {
  it.each(["export -p", "set", "env", 'printf "%s\\n" "$TOKEN"'])(
    "works where a shell prints them by %s",
    (line) => {
      const TOKEN = "secret'4711\"$`\\x'!y";
      const printed = execFileSync("/bin/sh", ["-c", line], { env: { TOKEN } as never }).toString();
      expect(printed).toContain("4711");
      expect(redactor({ secrets: [TOKEN] })(printed)).not.toMatch(/secret|4711/);
    },
  );

  it("covers every way in which shells quote them", () => {
    const secret = "secret'4711\"$`\\x'!y z";
    for (const text of [
      `'${secret.replaceAll("'", `'"'"'`)}'`,
      `'${secret.replaceAll("'", "'\\''")}'`,
      `"${secret.replace(/["$`\\]/g, "\\$&")}"`,
      secret.replace(/[^\w]/g, "\\$&"),
      `$'${secret.replace(/['\\]/g, "\\$&")}'`,
    ])
      expect(redactor({ secrets: [secret] })(`x=${text}`)).toMatch(/^x=\W*\*\*\*\W*$/);
  });

  it.each([
    ["as it is", (secret: string) => `token=${secret}!`],
    ["URL-encoded", (secret: string) => `https://x:${encodeURIComponent(secret)}@host`],
    ["as JSON", (secret: string) => JSON.stringify({ secret })],
    ["in base64", (secret: string) => Buffer.from(secret).toString("base64")],
    ["in base64 behind a user name", (secret: string) => Buffer.from(`oauth2:${secret}`).toString("base64")],
    ["in base64url behind another", (secret: string) => Buffer.from(`git:${secret}:`).toString("base64url")],
  ])("works %s", (_, write) => {
    const secret = 'p/ss+w "rd?Ω-4711';
    const hidden = redactor({ secrets: [secret] })(write(secret));
    expect(hidden).toContain("***");
    expect(hidden).not.toContain("4711");
    expect(hidden).not.toContain(Buffer.from("4711").toString("base64").slice(0, 4));
  });

  it("covers each line of a multi-line key", () => {
    const hide = redactor({ secrets: ["-----BEGIN-----\nabcdefgh\n-----END-----"] });
    expect(hide("line: abcdefgh")).toBe("line: ***");
  });

  it("leaves ordinary words and the empty text alone", () => {
    const hide = redactor({ secrets: ["", "true", "production", "1"] });
    expect(hide("production build 1 true")).toBe("production build 1 true");
  });

  it("never leaves a secret in the text, whatever it is made of", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, unit: "grapheme" }), fc.string(), (secret, around) => {
        fc.pre(secret.trim().length >= 4 && !around.includes(secret) && !"***".includes(secret));
        expect(redactor({ secrets: [secret] })(`${around}${secret}${around}`)).not.toContain(secret);
      }),
    );
  });
});

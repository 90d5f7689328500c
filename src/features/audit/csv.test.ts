import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEvent } from "@/features/audit/contract";
import { csvCell, csvHead, csvLine } from "@/features/audit/csv";

/** A reader written from RFC 4180, independent of the code under test. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let cell = "";
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (text[at] === '"') at++;
        cell += text[at];
      }
      at++;
    } else while (at < text.length && text[at] !== "," && text[at] !== "\r") cell += text[at++];
    rows.at(-1)?.push(cell);
    if (text[at] === ",") at++;
    else if (text[at] === "\r") {
      at += 2;
      if (at < text.length) rows.push([]);
    }
  }
  return rows;
}

const event: AuditEvent = {
  auditEventId: "7",
  at: "2026-11-21T12:00:00.000Z",
  organizationId: null,
  userId: "u",
  apiKeyId: null,
  actor: '=HYPERLINK("http://evil","x")',
  address: "192.0.2.1",
  requestId: "r",
  action: "member.invite",
  result: "ok",
  fault: null,
  target: { type: "member", id: "m", name: 'a "b", c\r\nd' },
  details: { fields: ["email"] },
};

describe("the audit export as CSV", () => {
  it("has a cell for each column and reproduces names exactly", () => {
    const [head = [], row = []] = parse(csvHead + csvLine(event));
    expect(row).toHaveLength(head.length);
    expect(row[head.indexOf("targetName")]).toBe('a "b", c\r\nd');
    expect(JSON.parse(row[head.indexOf("details")] ?? "")).toEqual({ fields: ["email"] });
  });

  it("never has a cell that a spreadsheet would run as a formula", () => {
    for (const text of ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1", "|x", "\n@x"]) {
      expect(parse(`${csvCell(text)}\r\n`)[0]?.[0]?.startsWith("'")).toBe(true);
    }
  });

  it("reads back as one line for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const target = { type: "member", id: null, name };
        const rows = parse(csvHead + csvLine({ ...event, target }));
        expect(rows).toHaveLength(2);
        const cell = rows[1]?.[rows[0]?.indexOf("targetName") ?? 0] ?? "";
        expect([name, `'${name}`]).toContain(cell);
        expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });
});

import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

/** Answers a request badly. `elsewhere`: a URL of another host, which must not hear of it. */
export type Habit = (request: IncomingMessage, response: ServerResponse, elsewhere: string) => void;

/** 200 MB of zeros, compressed to 200 kB. */
const bomb = gzipSync(Buffer.alloc(200_000_000, "x"), { level: 9 });
const json = { "content-type": "application/json" };

/** Hostile hosts: a description, the behaviour, and the allowed reasons of the fault. */
export const habits: [string, Habit, string[]][] = [
  ["never says anything", () => undefined, ["host_timeout"]],
  [
    "stops after its headers",
    (_, response) => void response.writeHead(200, { ...json, "content-length": "100" }).write("{"),
    ["host_timeout"],
  ],
  [
    "sends one byte at a time",
    (_, response) => {
      response.writeHead(200, json);
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    },
    ["host_timeout"],
  ],
  [
    "never ends its answer",
    (_, response) => {
      response.writeHead(200, json);
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, " ")));
        if (!response.destroyed) response.once("drain", pour);
      };
      pour();
    },
    ["answer_too_large"],
  ],
  [
    "sends a gzip bomb",
    (_, response) => void response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(bomb),
    ["answer_too_large"],
  ],
  [
    "sends what is no gzip",
    (_, response) => void response.writeHead(200, { ...json, "content-encoding": "gzip" }).end("plain"),
    ["bad_encoding"],
  ],
  [
    "breaks off in the middle",
    (_, response) => {
      response.writeHead(200, { ...json, "content-length": "100" }).write("{");
      setTimeout(() => response.destroy(), 20);
    },
    ["connection_reset", "body_cut_short"],
  ],
  [
    "sends a megabyte of headers",
    (_, response) => void response.writeHead(200, { ...json, "x-long": "h".repeat(1_000_000) }).end("{}"),
    ["header_too_large"],
  ],
  ...[301, 302, 303, 307, 308].map((status): [string, Habit, string[]] => [
    `sends the request elsewhere with ${status}`,
    (_, response, elsewhere) => void response.writeHead(status, { location: elsewhere }).end(),
    ["host_redirects"],
  ]),
];

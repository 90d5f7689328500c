import type { ReasonTable } from "@/lib/reason/table";

/** Invalid input. */
export const inputReasons = {
  invalid_input: (p) =>
    `Some of the input cannot be used: ${p.summary ?? "see the issues"}. Correct it and send it again.`,
  name_taken: (p) => `The name "${p.name}" is already used in this organization. Choose another one.`,
  body_too_large: (p) => `The request body is larger than ${p.limit}. Send less at once.`,
  batch_too_large: (p) => `A batch may hold ${p.limit} calls; this one holds ${p.got}. Split it.`,
  port_in_use: (p) =>
    `Port ${p.port} is in use by another program. Stop that program, or choose another port: PORT=3001 npm start.`,
  port_closed: (p) =>
    `Port ${p.port} on ${p.host} cannot be opened. Choose another with PORT, or another address with HOST.`,
  command_unknown: (p) => `This command is not known. ${p.usage}`,
  not_json: () => "The body must be JSON, sent with the header Content-Type: application/json.",
  broken_json: () => "The body is not valid JSON. Check quotes, commas and brackets.",
  nul_character: () => "The input holds a NUL character (U+0000), which cannot be stored. Leave it out.",
  request_unreadable: () => "The request cannot be read. Check its address, its method and its body.",
  get_on_mutation: () => "This changes something, so it takes POST with a JSON body.",
  wrong_method: (p) => `This takes ${p.allowed}.`,
  idempotency_key_wrong: () => "An Idempotency-Key has 1 to 255 visible ASCII characters.",
  idempotency_batch: () => "An Idempotency-Key stands for one call. Send the calls of this batch one by one.",
  idempotency_other_body: () =>
    "This Idempotency-Key was used with another body in the last 24 hours. Use a new key for a new request.",
  idempotency_running: () =>
    "The first request with this Idempotency-Key is still running, or was cut off. Look whether it took effect before using a new key.",
  idempotency_secret: () =>
    "The first request with this Idempotency-Key succeeded, and its answer held a secret that is shown only once. Use a new key to make another.",
} satisfies ReasonTable;

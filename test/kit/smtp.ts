import net from "node:net";

/** For tests: a mail server, as RFC 5321 has it, that keeps what it takes. */
export interface TestSmtp {
  url: string;
  /** Each message as it came, headers and text. */
  messages: string[];
  /** From now on refuse recipients, as for a mailbox that is not there. */
  refuse(): void;
  close(): Promise<void>;
}

/** For tests: start one on a free port of this machine. */
export async function startSmtp(): Promise<TestSmtp> {
  const state = { refusing: false, messages: [] as string[] };
  const server = net.createServer((socket) => converse(socket, state));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    messages: state.messages,
    refuse: () => {
      state.refusing = true;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function converse(socket: net.Socket, state: { refusing: boolean; messages: string[] }): void {
  let held = "";
  let letter: string | null = null;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const read = (line: string) => {
    if (letter === null) {
      if (/^DATA$/i.test(line)) letter = "";
      say(replyTo(line, state.refusing));
      if (/^QUIT$/i.test(line)) socket.end();
    } else if (line === ".") {
      state.messages.push(letter);
      letter = null;
      say("250 2.0.0 taken");
    } else letter += `${line.replace(/^\./, "")}\r\n`;
  };
  socket.on("data", (chunk) => {
    held += chunk.toString("utf8");
    const lines = held.split("\r\n");
    held = lines.pop() ?? "";
    lines.forEach(read);
  });
  socket.on("error", () => socket.destroy());
  say("220 mail.example.com ESMTP");
}

function replyTo(line: string, refusing: boolean): string {
  if (/^EHLO /i.test(line)) return "250-mail.example.com\r\n250 8BITMIME";
  if (/^RCPT TO:/i.test(line) && refusing) return "550 5.1.1 no such mailbox";
  if (/^(MAIL FROM:|RCPT TO:|HELO |RSET|NOOP)/i.test(line)) return "250 2.1.0 OK";
  if (/^DATA$/i.test(line)) return "354 end with a dot on a line";
  return /^QUIT$/i.test(line) ? "221 2.0.0 bye" : "502 5.5.2 not known";
}

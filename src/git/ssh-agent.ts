/**
 * An SSH agent in this process that holds one key for one run of git. The ssh command gets a socket only; the key
 * is on no disk and in no other process.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { SshKey } from "@/git/ssh-key";
import { number, packed, unpacked } from "@/git/ssh-wire";

const request = { identities: 11, sign: 13 } as const;
const answer = { failure: 5, identities: 12, signature: 14 } as const;
const longestMessage = 256_000;

/** Answer for the key on a socket. @param path in a folder that only this user can enter */
export async function startAgent(path: string, key: SshKey): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serve(socket, key);
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
  const close = server.close.bind(server);
  server.close = (done) => {
    for (const socket of sockets) socket.destroy();
    return close(done);
  };
  return server;
}

function serve(socket: Socket, key: SshKey): void {
  let waiting = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (let message = next(waiting); message; message = next(waiting)) {
      waiting = waiting.subarray(4 + message.length);
      const reply = agentReply(message, key);
      socket.write(Buffer.concat([number(reply.length), reply]));
    }
    if (waiting.length > longestMessage) socket.destroy();
  });
}

/** The first complete message of the received bytes; null when more bytes are needed. */
function next(bytes: Buffer): Buffer | null {
  if (bytes.length < 4) return null;
  const end = 4 + bytes.readUInt32BE(0);
  return end > 4 && bytes.length >= end ? bytes.subarray(4, end) : null;
}

/** What the agent says to one message, both without their lengths. It signs for its own key and knows nothing else. */
export function agentReply(message: Buffer, key: SshKey): Buffer {
  if (message[0] === request.identities) {
    return Buffer.concat([Buffer.from([answer.identities]), number(1), packed(key.blob, "slipway")]);
  }
  const read = message[0] === request.sign ? unpacked(message.subarray(1), 2) : null;
  const [blob, data] = read?.parts ?? [];
  if (!read || !blob?.equals(key.blob) || !data) return Buffer.from([answer.failure]);
  const flags = read.rest.length >= 4 ? read.rest.readUInt32BE(0) : 0;
  return Buffer.concat([Buffer.from([answer.signature]), packed(key.sign(data, flags))]);
}

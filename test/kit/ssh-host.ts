/** A real SSH server on loopback, behind which the real git upload-pack runs. For tests of every layer. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import ssh2, { type AuthContext, type Connection, type ServerChannel } from "ssh2";
import sshpk from "sshpk";
import { gitEnvironment } from "@/git/environment";
import { generateSshKey, type SshKeyKind } from "@/git/ssh-key";

const { Server, utils } = ssh2;

export interface SshHostOptions {
  /** Folder with `owner/name.git` bare repositories. */
  root: string;
  /** Lines of authorized_keys. Read at each sign-in, so a test may add to it. */
  authorized: string[];
  /** The only name that may sign in. `git` unless given. */
  user?: string;
  /** ed25519 alone unless given. */
  hostKeys?: SshKeyKind[];
  /** Said before the sign-in. */
  banner?: string;
  /** Replaces what the server does for a command. */
  instead?: (channel: ServerChannel, command: string) => void;
  port?: number;
}

export interface SshHost {
  port: number;
  /** `ssh://git@localhost:<port>` */
  url: string;
  /** Every command it was asked to run, and every name and kind of sign-in: `git publickey`. */
  commands: string[];
  signIns: string[];
  close(): Promise<void>;
}

/** Serve on 127.0.0.1. Signing in takes one of the authorized keys and a signature made with it. */
export async function serveSsh(options: SshHostOptions): Promise<SshHost> {
  const hostKeys = await Promise.all((options.hostKeys ?? ["ed25519"]).map(hostKey));
  const commands: string[] = [];
  const signIns: string[] = [];
  const clients = new Set<Connection>();
  const server = new Server({ hostKeys, banner: options.banner }, (client) => {
    clients.add(client);
    client.on("error", () => client.end());
    client.on("close", () => clients.delete(client));
    client.on("authentication", (context) => {
      signIns.push(`${context.username} ${context.method}`);
      authenticate(context, options);
    });
    client.on("ready", () => client.on("session", (accept) => attend(accept(), options, commands)));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const client of clients) client.end();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port, url: `ssh://git@localhost:${port}`, commands, signIns, close };
}

async function hostKey(kind: SshKeyKind): Promise<string> {
  const { pem } = await generateSshKey(kind);
  return sshpk.parsePrivateKey(pem, "pem").toString(kind === "rsa" ? "pkcs1" : "ssh-private");
}

function authenticate(context: AuthContext, options: SshHostOptions): void {
  if (isWelcome(context, options)) context.accept();
  else context.reject(["publickey"]);
}

/** A client may first ask whether a key is accepted, without a signature. */
function isWelcome(context: AuthContext, { authorized, user = "git" }: SshHostOptions): boolean {
  if (context.method !== "publickey" || context.username !== user) return false;
  const blob = context.key.data.toString("base64");
  const line = authorized.find((one) => one.split(" ")[1] === blob);
  const parsed = line ? utils.parseKey(line) : null;
  if (!parsed || parsed instanceof Error) return false;
  if (!context.signature || !context.blob) return true;
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  return key?.verify(context.blob, context.signature, context.hashAlgo) === true;
}

function attend(session: ssh2.Session, options: SshHostOptions, commands: string[]): void {
  let protocol = "";
  session.on("env", (accept, _reject, { key, val }) => {
    if (key === "GIT_PROTOCOL") protocol = val;
    accept?.();
  });
  session.on("shell", (accept) => refuse(accept(), "This server gives no shell.\n"));
  session.on("exec", (accept, _reject, { command }) => {
    commands.push(command);
    const channel = accept();
    const folder = folderOf(command, options.root);
    if (options.instead) options.instead(channel, command);
    else if (folder) uploadPack(channel, folder, protocol);
    else refuse(channel, refusal(command));
  });
}

function refuse(channel: ServerChannel, text: string): void {
  channel.stderr.write(text);
  channel.exit(128);
  channel.end();
}

const fetching = /^git-upload-pack '([^']*)'$/;

function refusal(command: string): string {
  const asked = command.match(fetching)?.[1];
  if (asked === undefined) return `Unrecognized command: ${command}\n`;
  return `fatal: '${asked}' does not appear to be a git repository\n`;
}

/** Only fetching, and only of what lies below the root; null for anything else. */
function folderOf(command: string, root: string): string | null {
  const asked = command.match(fetching)?.[1];
  if (!asked) return null;
  const folder = path.join(root, asked.replace(/^\/?(~\/)?/, "").replace(/(\.git)?$/, ".git"));
  return folder.startsWith(`${root}${path.sep}`) && existsSync(path.join(folder, "HEAD")) ? folder : null;
}

function uploadPack(channel: ServerChannel, folder: string, protocol: string): void {
  const env = { ...serverEnvironment(), ...(protocol ? { GIT_PROTOCOL: protocol } : {}) };
  const child = spawn("git", ["upload-pack", "--strict", folder], { env: env as NodeJS.ProcessEnv });
  channel.on("close", () => child.kill("SIGKILL"));
  child.stdin.on("error", () => child.stdin.destroy());
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.on("close", (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
}

function serverEnvironment(): Record<string, string> {
  return gitEnvironment({
    config: [
      ["safe.directory", "*"],
      ["safe.bareRepository", "all"],
      ["uploadpack.allowAnySHA1InWant", "true"],
    ],
  });
}

import { testEnv } from "@test/kit/database";
import { beforeAll, expect, it } from "vitest";
import { revalidate } from "@/features/git-provider/client/etag-cache";
import { tried } from "@/features/git-provider/client/pipeline";
import { setEnv } from "@/lib/env";
import { type HttpHook, withHooks } from "@/lib/http";
import type { GitPort } from "@/providers/git-port";
import { followMoves as followGiteaMoves, retryPlainSlashes } from "@/providers/gitea/other-address";
import { followMoves as followGithubMoves } from "@/providers/github/moved";
import { retryNewToken } from "@/providers/github/new-token";
import { followMoves as followGitlabMoves } from "@/providers/gitlab/moved";

beforeAll(() => setEnv(testEnv()));

const git: GitPort = { lsRemote: async () => ({ defaultBranch: null, branches: [], tags: [] }) };
const limitConcurrency: HttpHook = (next) =>
  tried({ http: { send: next }, git }, { organizationId: "o", gitProviderId: "p" }).http.send;
const root = new URL("https://git.example.com/api/v1/");

it.each<[string, HttpHook]>([
  ["limit on concurrency", limitConcurrency],
  ["cache by entity tag", revalidate],
  ["Gitea hook for moved repositories", followGiteaMoves],
  ["Gitea hook for encoded slashes", retryPlainSlashes],
  ["GitHub hook for moved repositories", followGithubMoves(root)],
  ["GitHub hook for new tokens", retryNewToken(undefined, () => new Date())],
  ["GitLab hook for moved repositories", followGitlabMoves],
])("the %s hands the limits of a call on to the host", async (_name, hook) => {
  const limits = { deadlineMs: 1234, maxBytes: 99 };
  const received: unknown[] = [];
  const send = async (_request: Request, given?: unknown) => {
    received.push(given);
    return new Response("{}");
  };
  await withHooks({ send }, [hook]).send(new Request(`${root}repos/acme/site`), limits);
  expect(received).toEqual([limits]);
});

it("hooks run in the order they are given, the first outermost", async () => {
  const order: string[] = [];
  const named =
    (name: string): HttpHook =>
    (next) =>
    async (request, limits) => {
      order.push(name);
      return next(request, limits);
    };
  const send = async () => {
    order.push("host");
    return new Response("{}");
  };
  await withHooks({ send }, [named("first"), named("second")]).send(new Request(root));
  expect(order).toEqual(["first", "second", "host"]);
});

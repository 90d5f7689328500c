import { z } from "zod";
import * as apiKey from "@/features/api-key/contract";
import * as application from "@/features/application/contract";
import * as audit from "@/features/audit/contract";
import * as deployment from "@/features/deployment/contract";
import * as environment from "@/features/environment/contract";
import * as gitProvider from "@/features/git-provider/contract";
import * as member from "@/features/member/contract";
import * as organization from "@/features/organization/contract";
import * as repository from "@/features/repository/contract";
import * as role from "@/features/role/contract";
import * as setup from "@/features/setup/contract";
import * as user from "@/features/user/contract";
import * as nouns from "@/git/nouns";
import * as shape from "@/lib/shape";

/** Where the shapes that have a name in the API reference are written. */
const contracts: Record<string, unknown>[] = [
  nouns,
  gitProvider,
  repository,
  application,
  environment,
  deployment,
  organization,
  member,
  role,
  apiKey,
  user,
  setup,
  audit,
  { Nothing: shape.Nothing },
];

/** Every object shape with the name it is exported under. */
export function namedShapes(): Map<z.ZodType, string> {
  const pairs = contracts
    .flatMap((contract) => Object.entries(contract))
    .flatMap(([name, value]) => (isNamed(value) ? [[value, name] as const] : []));
  return new Map(pairs.reverse()); // the first name of a shape wins
}

/** Objects and unions of objects get a name; plain values are clearer inline. */
function isNamed(value: unknown): value is z.ZodType {
  return value instanceof z.ZodObject || value instanceof z.ZodUnion;
}

import { Fault, type FaultCode } from "@/lib/fault";
import type { ReasonParams } from "@/lib/reason/table";
import type { AppApi } from "@/providers/github/app/api";
import { HOST } from "@/providers/github/error-mapping";
import { isNotFound } from "@/providers/kit/not-found";

export function appFault(code: FaultCode, reason: string, params: ReasonParams = {}): Fault {
  return new Fault(code, { code: reason, params: { host: HOST, ...params } });
}

/** GitHub answers 404 to an App that is gone. @throws Fault `credential_rejected` reason `app_gone` in its place */
export async function ofApp<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw isNotFound(error) ? appFault("credential_rejected", "app_gone") : error;
  }
}

/**
 * The same of a call that names an installation: which of the two is gone, the App itself tells.
 * @throws Fault `credential_rejected` reason `app_gone` | `installation_gone`
 */
export async function ofInstallation<Answer>(app: AppApi, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await ofApp(app.app());
    throw appFault("credential_rejected", "installation_gone");
  }
}

import { hookProcedures } from "@/features/webhook/procedures";
import { router } from "@/rpc/procedure";

export const webhookRouter = router({ ...hookProcedures });

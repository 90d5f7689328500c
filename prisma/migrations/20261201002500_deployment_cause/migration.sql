-- AlterTable
ALTER TABLE "deployment_cause" DROP COLUMN "hostDeliveryId",
DROP COLUMN "sourceId",
ADD COLUMN     "deliveryId" TEXT NOT NULL,
ADD COLUMN     "toldBy" TEXT[];

-- AlterTable
ALTER TABLE "webhook_delivery" ADD COLUMN     "trace" JSONB NOT NULL DEFAULT '[]';

-- CreateIndex
CREATE INDEX "application_organizationId_repositoryId_idx" ON "application"("organizationId", "repositoryId");

-- CreateIndex
CREATE INDEX "webhook_delivery_organizationId_decision_receivedAt_idx" ON "webhook_delivery"("organizationId", "decision", "receivedAt");

-- Deliveries that are still to be worked: a handful among many.
CREATE INDEX "webhook_delivery_undecided" ON "webhook_delivery"("receivedAt") WHERE "decision" IS NULL;

-- CreateTable
CREATE TABLE "deployment_event" (
    "id" BIGSERIAL NOT NULL,
    "organizationId" TEXT NOT NULL,
    "deploymentId" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "relayedAt" TIMESTAMPTZ(3),

    CONSTRAINT "deployment_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "deployment_event_organizationId_deploymentId_idx" ON "deployment_event"("organizationId", "deploymentId");

-- CreateIndex
CREATE INDEX "deployment_event_relayedAt_idx" ON "deployment_event"("relayedAt");

-- AddForeignKey
ALTER TABLE "deployment_event" ADD CONSTRAINT "deployment_event_organizationId_deploymentId_fkey" FOREIGN KEY ("organizationId", "deploymentId") REFERENCES "deployment"("organizationId", "deploymentId") ON DELETE CASCADE ON UPDATE CASCADE;

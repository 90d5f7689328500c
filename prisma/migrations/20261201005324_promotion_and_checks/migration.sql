-- AlterTable
ALTER TABLE "deployment" ADD COLUMN     "checksAsked" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "checksDueAt" TIMESTAMPTZ(3),
ADD COLUMN     "checksUntil" TIMESTAMPTZ(3),
ADD COLUMN     "promotedFromId" TEXT;

-- CreateIndex
CREATE INDEX "deployment_checksDueAt_idx" ON "deployment"("checksDueAt");

-- CreateIndex
CREATE INDEX "deployment_promotedFromId_idx" ON "deployment"("promotedFromId");

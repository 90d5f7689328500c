-- AlterTable
ALTER TABLE "webhook" ADD COLUMN     "credentialVersion" INTEGER,
ADD COLUMN     "heldUntil" TIMESTAMPTZ(3),
ADD COLUMN     "missedSince" TIMESTAMPTZ(3),
ADD COLUMN     "recoveredAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "webhook_secret" ADD COLUMN     "writtenAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "presence" (
    "presenceId" TEXT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "presence_pkey" PRIMARY KEY ("presenceId")
);

-- AlterTable
ALTER TABLE "gitlab" ADD COLUMN "scopes" TEXT;

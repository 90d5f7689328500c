-- AlterTable
ALTER TABLE "deployment" ADD COLUMN     "tries" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "preview_comment" ADD COLUMN     "heldUntil" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "deployment" ADD COLUMN     "repositoriesOf" TEXT;

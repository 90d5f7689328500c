-- AlterTable
ALTER TABLE "azureDevops" ADD COLUMN     "entraUrl" TEXT;

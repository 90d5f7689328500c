-- The settings that go with a kept credential are sealed together with it. What the tables hold lives for a day.
DELETE FROM "previous_credential";
DELETE FROM "pending_key";

-- AlterTable
ALTER TABLE "pending_key" DROP COLUMN "settings";

-- AlterTable
ALTER TABLE "previous_credential" DROP COLUMN "settings";

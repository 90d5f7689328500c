-- AlterTable
ALTER TABLE "organization" ADD COLUMN     "slug" TEXT;

-- Organizations that are there already: their name, with a part of the id where two would be the same.
UPDATE "organization" o SET "slug" = named."label" || CASE WHEN named."nth" = 1 THEN '' ELSE '-' || left(o."organizationId", 8) END
  FROM (
    SELECT "organizationId", "label", row_number() OVER (PARTITION BY "label" ORDER BY "createdAt", "organizationId") AS "nth"
      FROM (
        SELECT "organizationId", "createdAt",
          coalesce(nullif(trim(BOTH '-' FROM left(regexp_replace(lower("name"), '[^a-z0-9]+', '-', 'g'), 21)), ''), 'organization') AS "label"
        FROM "organization") l) named
  WHERE named."organizationId" = o."organizationId";

ALTER TABLE "organization" ALTER COLUMN "slug" SET NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "organization_slug_key" ON "organization"("slug");

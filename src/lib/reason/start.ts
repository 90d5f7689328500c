import type { ReasonTable } from "@/lib/reason/table";

/** What keeps Slipway from starting. */
export const startReasons = {
  setting_wrong: (p) => `The setting ${p.name} is wrong: ${p.problem}. Correct it and start again.`,
  setting_missing: (p) =>
    `The setting ${p.name} is missing: it is needed because ${p.because} is set. Set it and start again.`,
  key_wrong: (p) =>
    `The setting SLIPWAY_ENCRYPTION_KEYS is wrong: ${p.problem}. It must be id:base64[,id:base64] of 32 random bytes each; make one with: openssl rand -base64 32.`,
  keys_do_not_fit: (p) =>
    `The secrets in this database were sealed under the key "${p.keyId}", which is missing from SLIPWAY_ENCRYPTION_KEYS or different there. Put the right key back and start again.`,
  key_missing: (p) =>
    `${p.values} stored secrets were sealed under keys that are missing from SLIPWAY_ENCRYPTION_KEYS: ${list(p.keyIds)}. Put them back and start again; npm run keys -- rotate makes an old key unnecessary.`,
  keys_managed_elsewhere: () =>
    "The keys come from SLIPWAY_ENCRYPTION_KEYS, so a new one is added there: put name:$(openssl rand -base64 32) in front of the list, restart every process, then run npm run keys -- rotate.",
  restore_not_empty: () =>
    "This Slipway has an owner already, and a backup fills an empty one only. Set SLIPWAY_DATA_DIR to a new folder, or DATABASE_URL to an empty database, and run it again.",
  backup_damaged: () =>
    "This file is not a whole backup of Slipway: it is cut off, changed or something else. Nothing was restored. Take another copy.",
  backup_changed: () =>
    "This backup is not as it was written: a line was changed, added or taken out after it was made. Nothing was restored. Take another copy.",
  backup_newer: () =>
    "This backup was made by a newer version of Slipway. Nothing was restored. Install that version, then run it again.",
  backup_file: (p) => `The file ${p.file} cannot be used: ${p.problem}. Name another one.`,
  key_unknown: (p) =>
    `A stored secret (${p.table}.${p.column}) was sealed under the key "${p.keyId}", which is not in SLIPWAY_ENCRYPTION_KEYS. Put that key back.`,
  seal_broken: (p) =>
    `A stored secret (${p.table}.${p.column}) cannot be opened: it was changed outside Slipway, or its key is wrong. Enter it again.`,
  database_not_open: () => "The database is not open yet. Wait for Slipway to be ready and try again.",
  database_unreachable: (p) =>
    `The database server named in DATABASE_URL cannot be used: ${p.problem}. Check the setting, and that the server runs.`,
  database_too_old: (p) =>
    `The database server is PostgreSQL ${p.version}; 14 or newer is needed. Upgrade it.`,
  data_folder_in_use: (p) =>
    `Another Slipway (process ${p.pid}) already runs on this data folder. Stop it first, or set SLIPWAY_DATA_DIR to another folder.`,
  postgres_not_shipped: (p) =>
    `There is no PostgreSQL of ours for ${p.platform} among the installed packages. Run npm ci, or set DATABASE_URL to a PostgreSQL server.`,
  postgres_musl: () =>
    "The PostgreSQL that Slipway brings needs glibc, and this system (Alpine, for example) has musl. Set DATABASE_URL to a PostgreSQL server.",
  postgres_root: () =>
    "PostgreSQL refuses to run as root, and no other way is open here. Start Slipway as an ordinary user, or set DATABASE_URL to a PostgreSQL server.",
  postgres_links: (p) =>
    `The links that PostgreSQL needs could not be made in ${p.folder}. Run npm ci as the owner of that folder, or set DATABASE_URL.`,
  data_folder_unusable: (p) =>
    `The data folder ${p.folder} cannot be used: ${p.problem}. Mend that, or set SLIPWAY_DATA_DIR to another folder.`,
  postgres_init: (p) =>
    `The database could not be made in the data folder: ${p.problem}. Check the folder and its disk.`,
  postgres_socket: (p) =>
    `The folder ${p.folder} belongs to someone else or is open to others. Remove it and start again.`,
  postgres_start: (p) => `The database did not start: ${p.problem}. Its log is ${p.log}.`,
  postgres_password: (p) =>
    `The database in ${p.folder} does not take the password kept with it. Restore both from one backup.`,
  database_newer: (p) =>
    `A newer version of Slipway has changed this database (${list(p.names)}), and this one would not understand it. Start the newer version, or restore a backup that was made before.`,
  migration_unfinished: (p) =>
    `The migration ${p.name} was begun and did not finish. Mend the database, then mark it with prisma migrate resolve.`,
  migration_failed: (p) =>
    `The migration ${p.name} failed: ${p.problem}. Nothing of it was kept unless it says so itself.`,
  part_not_ready: (p) =>
    `The part "${p.part}" does not answer. Look at the log of this process and of its database.`,
  migrations_missing: (p) =>
    `The database lacks the migrations ${Array.isArray(p.names) ? p.names.join(", ") : ""}. Run npm run db:migrate.`,
} satisfies ReasonTable;

function list(names: unknown): string {
  return Array.isArray(names) ? names.join(", ") : "";
}

import { createServer } from "node:http";
import { Pool } from "pg";

/**
 * The reference: a bare HTTP handler that runs one statement for the providers of an organization and sends the
 * rows. No key check, no schema, no framework. Started as a process of its own, so that it has its event loop to
 * itself.
 */
const [connectionString = "", organizationId = ""] = process.argv.slice(2);
const pool = new Pool({ connectionString, max: 10 });
const query = {
  name: "bare",
  text: `SELECT p.*, g."giteaUrl" FROM git_provider p LEFT JOIN gitea g USING ("gitProviderId")
    WHERE p."organizationId" = $1 ORDER BY p."createdAt" DESC`,
  values: [organizationId],
};

const server = createServer(async (_request, response) => {
  const { rows } = await pool.query(query);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(rows));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" && address ? address.port : 0}\n`);
});

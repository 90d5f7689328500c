/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: [
    "zod",
    "@trpc/server",
    "ipaddr.js",
    "pg",
    "pg-boss",
    "pino",
    "@prisma/client",
    "@prisma/adapter-pg",
    "undici",
    "nodemailer",
  ],
  typescript: { ignoreBuildErrors: true }, // `npm run check` type-checks the whole tree, tests included
  experimental: {
    preloadEntriesOnStart: false, // a page is loaded when it is first asked for
    turbopackFileSystemCacheForBuild: false, // to write it costs a third of a build, which is rarely done twice
  },
  images: { unoptimized: true },
};

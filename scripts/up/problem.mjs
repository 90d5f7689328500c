/** An error with one line for the person who ran the command. */
export class Problem extends Error {}

/** Run a command's main function: a problem ends it with its one line and exit code 1. */
export async function ending(main) {
  try {
    await main();
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    process.exit(1);
  }
}

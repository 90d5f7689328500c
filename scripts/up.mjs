// `npm run up`. No import and no newer syntax here: an old Node has to get as far as the line that names the one needed.
var have = process.versions.node.split(".").map(Number);

if (have[0] < 20 || (have[0] === 20 && have[1] < 19)) {
  console.error(
    "Slipway needs Node.js 20.19 or newer; this is " +
      process.versions.node +
      ". Get it at https://nodejs.org and run npm run up again.",
  );
  process.exitCode = 1;
} else {
  import("./up/run.mjs").then((steps) => steps.up());
}

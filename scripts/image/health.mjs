// The health check of the image: exit code 0 while every part of the web process is ready.
const port = process.env.PORT || 3000;

try {
  const answer = await fetch(`http://127.0.0.1:${port}/api/ready`, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = answer.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}

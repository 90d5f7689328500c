const examples =
  /change[-_ ]?me|example|secret[-_ ]?key|your[-_ ]|password|insert[-_ ]|0123456789|abcdefghij|^(.)\1+$/i;

/** Whether a secret text looks like a placeholder or has too few different characters to be random. */
export function isWeakSecret(text: string): boolean {
  return examples.test(text) || new Set(text).size < 8;
}

/** Whether key bytes cannot be random: few different values, a repeated block, or readable text of a placeholder. */
export function isWeakKey(key: Buffer): boolean {
  return (
    new Set(key).size < 10 || repeatsBlock(key) || isCounting(key) || isWeakSecret(key.toString("latin1"))
  );
}

function repeatsBlock(key: Buffer): boolean {
  return [8, 16].some(
    (size) => key.length > size && key.subarray(size).equals(key.subarray(0, key.length - size)),
  );
}

function isCounting(key: Buffer): boolean {
  return key.every((byte, index) => index === 0 || byte === ((key[index - 1] ?? 0) + 1) % 256);
}

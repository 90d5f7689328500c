/** A sentence of the server. Names in back quotes, such as scopes and settings, are shown as code. */
export function Sentence({ text }: { text: string }) {
  return text.split(/`([^`]+)`/).map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one fixed sentence
      <code key={index} className="rounded-sm bg-hover px-1 font-mono text-sm">
        {part}
      </code>
    ) : (
      part
    ),
  );
}

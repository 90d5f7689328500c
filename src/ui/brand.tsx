/** Slipway's own sign: a hull on its ramp. */
export function Brand({ className = "size-7" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="7" className="fill-accent" />
      <path d="M6 15h17l3-4.5-2.2 9.2a3 3 0 0 1-2.9 2.3H11a3.5 3.5 0 0 1-3.2-2.1Z" fill="#fff" />
      <path d="m5 25.5 22-2.2" stroke="#fff" strokeWidth="2" strokeLinecap="round" opacity="0.75" />
    </svg>
  );
}

/** Host labels that people take for the app itself, its mail or its name servers: no site may be found under them. */
export const reservedSlugs: ReadonlySet<string> = new Set(
  `www admin administrator api app auth account accounts login logout sign-in sign-up sign-out signin signup setup
  dashboard console slipway localhost local internal status health metrics support help billing security abuse root
  mail email smtp imap pop pop3 webmail mx ftp sftp ssh vpn ns ns1 ns2 dns cdn static assets wpad autoconfig autodiscover
  isatap hostmaster postmaster webmaster noreply sites o`
    .split(/\s+/)
    .filter(Boolean),
);

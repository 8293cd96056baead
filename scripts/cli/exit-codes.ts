/** What the command line ends with; scripts may rely on these numbers. */
export const exitCodes = {
  ok: 0,
  /** It was tried and failed, or what was compared differs. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** The data folder is locked, damaged, read-only, full, missing or of a newer version; or event store or key vault cannot be used. */
  dataFolder: 3,
  /** The environment does not make a configuration. */
  configuration: 4,
  /** Nothing was found wrong, but nothing vouches for it either. */
  unproven: 5,
} as const;

export const exitCodesHelp = `
Exit codes:
  0  done
  1  failed, or what was compared differs
  2  wrong command line
  3  the data folder cannot be used (locked, damaged, read-only, full, of a newer version), or the event store or key vault
  4  the configuration is incomplete or wrong
  5  not proven: the file fits, but no key was given to check who signed it
`;

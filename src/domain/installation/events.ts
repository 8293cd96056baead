/** The stored contract of the stream `installation`: what this log's Muster is, as a whole. */
export type InstallationEvent = RootAccountNamed;

/** The one operator account that may create accounts, link operators and erase people. */
export type RootAccountNamed = {
  readonly type: 'RootAccountNamed';
  readonly data: { readonly accountId: string };
};

export const INSTALLATION_STREAM = 'installation';

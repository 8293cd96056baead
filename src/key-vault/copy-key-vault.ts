import type { PortableKeyVault, VaultEntry } from './key-vault.js';

export interface CopyOptions {
  readonly from: PortableKeyVault;
  readonly to: PortableKeyVault;
  /** Ids copied when all others have been found in the target: until then it is nobody's vault. */
  readonly last: readonly string[];
  readonly onProgress?: (doing: string, done: number) => void;
}

export interface CopiedKeys {
  readonly status: 'COPIED' | 'NOTHING_TO_DO';
  /** That the target has now as the source does. */
  readonly keys: number;
  /** Destroyed in the source or in the target. */
  readonly destroyed: number;
}

/** The target holds another key under an id: the two have never been one vault, or one of them was changed. */
export class KeyVaultsDiffer extends Error {
  override readonly name = 'KeyVaultsDiffer';
}

const PAGE = 500;

/**
 * Carries all keys and tombstones over, then reads both vaults and compares. What one of the two has destroyed is
 * destroyed in the target. Cut off it can be begun again; done again it changes nothing.
 * @throws KeyVaultsDiffer no key of the target was changed
 */
export async function copyKeyVault(options: CopyOptions): Promise<CopiedKeys> {
  const { from, to, last } = options;
  const status = (await isAllThere(options)) ? 'NOTHING_TO_DO' : 'COPIED';
  // Also when all is there: what an earlier run destroyed may not have been wiped yet.
  await carryKeys(options);
  const { keys, destroyed } = await compare(options);
  let more = 0;
  for (const id of last) {
    const key = await from.key(id);
    if (key === null) continue;
    await to.addKeys([{ id, key }]);
    more += 1;
  }
  return { status, keys: keys + more, destroyed };
}

/** One pass, which a vault in use may stand: keys that were there before it began arrive. */
export async function carryKeys({ from, to, last, onProgress = nobody }: CopyOptions): Promise<void> {
  let carried = 0;
  for await (const page of pagesOf(from)) {
    const held = page.filter(({ id }) => !last.includes(id));
    await to.addKeys(held.flatMap(({ id, key }) => (key === null ? [] : [{ id, key }])));
    for (const { id, key } of held) if (key === null) await to.destroyKey(id);
    carried += page.length;
    onProgress('copying keys', carried);
  }
}

/** Whether an earlier run has come to its end, and the source has not been changed since. */
async function isAllThere({ from, to, last }: CopyOptions): Promise<boolean> {
  const targets = entriesOf(to);
  for await (const { id, key } of entriesOf(from)) {
    let target = await targets.next();
    while (target.done !== true && target.value.id !== id) target = await targets.next();
    if (target.done === true) return false;
    const arrived = target.value.key;
    const isThere = arrived === null ? !last.includes(id) : key?.equals(arrived) === true;
    if (!isThere) return false;
  }
  return true;
}

/** Both come in the same order; the target may hold more. */
async function compare({
  from,
  to,
  last,
  onProgress = nobody,
}: CopyOptions): Promise<Omit<CopiedKeys, 'status'>> {
  const targets = entriesOf(to);
  let [keys, destroyed] = [0, 0];
  for await (const { id, key } of entriesOf(from)) {
    if (last.includes(id)) continue;
    let target = await targets.next();
    while (target.done !== true && target.value.id !== id) target = await targets.next();
    if (target.done === true) throw new KeyVaultsDiffer(`the key ${id} did not arrive in the ${to.name}`);
    const arrived = target.value.key;
    if (arrived === null) destroyed += 1;
    else if (key?.equals(arrived) === true) keys += 1;
    else
      throw new KeyVaultsDiffer(
        `the ${to.name} holds another key under ${id} than the ${from.name}: they belong to two installations, so ` +
          'choose an empty database, or an empty folder',
      );
    if ((keys + destroyed) % PAGE === 0) onProgress('comparing keys', keys + destroyed);
  }
  return { keys, destroyed };
}

const nobody = (): void => undefined;

async function* entriesOf(vault: PortableKeyVault): AsyncGenerator<VaultEntry, undefined> {
  for await (const page of pagesOf(vault)) yield* page;
}

async function* pagesOf(vault: PortableKeyVault): AsyncGenerator<readonly VaultEntry[], undefined> {
  for (let afterId = ''; ; ) {
    const page = await vault.entries({ afterId, maxCount: PAGE });
    if (page.length > 0) yield page;
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE) return;
    afterId = end.id;
  }
}

/** Everything lies in a schema of its own, so that the database may be shared. */
export const POSTGRES_VAULT_VERSION = 1;

/**
 * Two nodes that start at once make the schema one after the other.
 * The number means nothing; it must only be no one else's.
 */
export const SCHEMA_LOCK = 6_033_424_115;

/** Erasing rewrites one of them under an exclusive lock: 20 ms of 1,000,000 keys instead of 1.6 s. */
export const PARTITIONS = 64;

/**
 * A key that is null has been destroyed; `wiped` says that its old bytes are out of the table's file too. Rows never
 * go, and all that can ever happen to one is this.
 */
export const POSTGRES_VAULT_SCHEMA: readonly string[] = [
  'CREATE SCHEMA IF NOT EXISTS muster_vault',
  'CREATE TABLE muster_vault.format (version integer PRIMARY KEY)',
  `CREATE TABLE muster_vault.keys (
  id text COLLATE "C" PRIMARY KEY,
  key bytea CHECK (octet_length(key) = 32),
  wiped boolean NOT NULL DEFAULT false CHECK (NOT wiped OR key IS NULL)
) PARTITION BY HASH (id)`,
  ...Array.from(
    { length: PARTITIONS },
    (_, i) =>
      `CREATE TABLE muster_vault.keys_${i} PARTITION OF muster_vault.keys FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER ${i})`,
  ),
  `CREATE FUNCTION muster_vault.refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a key is made once and destroyed once'; END $$`,
  'CREATE TRIGGER keys_never_go BEFORE DELETE ON muster_vault.keys FOR EACH ROW EXECUTE FUNCTION muster_vault.refuse()',
  `CREATE TRIGGER keys_are_destroyed_once BEFORE UPDATE ON muster_vault.keys FOR EACH ROW
WHEN (NEW.id <> OLD.id OR NEW.key IS NOT NULL OR (OLD.wiped AND NOT NEW.wiped)) EXECUTE FUNCTION muster_vault.refuse()`,
  `INSERT INTO muster_vault.format (version) VALUES (${POSTGRES_VAULT_VERSION})`,
];

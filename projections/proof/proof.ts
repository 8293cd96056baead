import { auditProjection } from '../audit/audit.js';
import type { Applier, Projection } from '../projection.js';
import { HeadRows } from './head-rows.js';
import { TileRows } from './tile-rows.js';

/**
 * The log tree (RFC 9162) and the heads of all streams, so that a proof costs a few reads however long the log is. Tiles
 * as in C2SP tlog-tiles: 256 hashes of every eighth level; what lies between is computed from them.
 */
export const proofProjection: Projection = {
  name: 'proof',
  version: 1,
  tables: [
    {
      name: 'leaf_tiles',
      primaryKey: 'tile',
      compared: ['tile', 'first_position', 'hex(positions)', 'hex(hashes)'],
      create: `CREATE TABLE leaf_tiles ( -- The events of the log, 256 to a row: leaves of the log tree (RFC 9162).
  tile INTEGER PRIMARY KEY, -- From 0; holds the leaves from 256 × tile on.
  first_position INTEGER NOT NULL, -- Position of its first event.
  positions BLOB NOT NULL, -- Position of each event, as Muster packs them.
  hashes BLOB NOT NULL -- Leaf hashes, 32 bytes each.
) STRICT`,
    },
    {
      name: 'node_tiles',
      primaryKey: 'level, tile',
      compared: ['level', 'tile', 'hex(hashes)'],
      create: `CREATE TABLE node_tiles ( -- Roots of complete subtrees of the log tree, 256 to a row.
  level INTEGER NOT NULL, -- Of the subtrees: 1 = over 256 leaves, 2 = over 65,536, and so on.
  tile INTEGER NOT NULL, -- From 0, within the level.
  hashes BLOB NOT NULL, -- Roots, 32 bytes each.
  UNIQUE (level, tile)
) STRICT`,
    },
    {
      name: 'heads',
      primaryKey: 'stream',
      create: `CREATE TABLE heads ( -- The last event of every stream.
  stream TEXT PRIMARY KEY, -- The stream.
  revision INTEGER NOT NULL, -- Its last revision.
  hash TEXT NOT NULL -- Hash of the event there, hex.
) STRICT, WITHOUT ROWID`,
    },
  ],
  indexes: ['CREATE UNIQUE INDEX leaf_tiles_by_position ON leaf_tiles (first_position)'],
  fillIndexes: [],
  // Every event is a leaf, as every event is an entry of the audit log.
  interest: auditProjection.interest,
  open(db, mode): Applier {
    const tiles = new TileRows(db);
    const heads = new HeadRows(db, mode);
    return {
      apply(_, { recorded }) {
        tiles.add(recorded);
        heads.set(recorded);
      },
      write() {
        tiles.write();
        heads.write();
      },
      finish() {
        tiles.write();
        heads.finish();
      },
      get heldRows() {
        return heads.heldRows;
      },
    };
  },
};

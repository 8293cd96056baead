import { auditProjection } from './audit/audit.js';
import { membersProjection } from './members/members.js';
import { type OpenProfile, peopleProjection } from './people/people.js';
import type { Projection } from './projection.js';
import { proofProjection } from './proof/proof.js';

/** The files of a generation; members last, so that who reads a membership finds its person. */
export function readModelProjections(openProfile: OpenProfile): readonly Projection[] {
  return [peopleProjection(openProfile), auditProjection, proofProjection, membersProjection];
}

import { isEmail, Matches, MaxLength, MinLength, ValidateBy, ValidateNested } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { PersonReference } from '../../src/application/application.js';
import { LINK, PLAIN_TEXT } from '../../src/domain/plain-text.js';
import { badInput } from '../api-error.js';

/** Text is looked at first: the check for addresses breaks on half a character. */
const IsAddress = () =>
  ValidateBy({
    name: 'isAddress',
    validator: {
      validate: (value) =>
        typeof value === 'string' && PLAIN_TEXT.test(value) && !isQuoted(value) && isEmail(value),
      defaultMessage: (fault) =>
        isQuoted(fault?.value)
          ? 'email has quotes before the @: mail programs differ on where such an address ends, so no mail goes there'
          : 'email is not an e-mail address',
    },
  });

const isQuoted = (value: unknown): boolean => typeof value === 'string' && value.trim().startsWith('"');

/** The name of whoever invites goes into the subject of the mail. */
const IsNoLink = () =>
  ValidateBy({
    name: 'isNoLink',
    validator: {
      validate: (value) => typeof value === 'string' && !LINK.test(value),
      defaultMessage: () => 'name must not hold a link or an e-mail address',
    },
  });

@InputType({ description: 'An identity as tokens state it: who an issuer says somebody is.' })
export class IdentityInput {
  @Field(() => String, {
    description: 'Issuer (`iss`) of the tokens, 1 to 500 characters, letter by letter.',
  })
  @MinLength(1, { message: 'issuer must not be empty' })
  @MaxLength(500, { message: 'issuer has at most 500 characters' })
  @Matches(PLAIN_TEXT, {
    message: 'issuer is one line of text, without control, direction or invisible characters',
  })
  issuer!: string;

  @Field(() => String, {
    description: 'Subject (`sub`) of the tokens, 1 to 500 characters, letter by letter.',
  })
  @MinLength(1, { message: 'subject must not be empty' })
  @MaxLength(500, { message: 'subject has at most 500 characters' })
  @Matches(PLAIN_TEXT, {
    message: 'subject is one line of text, without control, direction or invisible characters',
  })
  subject!: string;
}

@InputType({
  description:
    'A person: known by id, or named by e-mail address, which finds them or makes them; a machine, by its identity.',
})
export class PersonInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'A person the account knows, deleted ones not: name those by address. Give exactly one of `userId`, `email` and `identity`.',
  })
  userId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'E-mail address, at most 254 characters; one person per address.',
  })
  @MaxLength(254, { message: 'email has at most 254 characters' })
  @IsAddress()
  email?: string | null;

  @Field(() => IdentityInput, {
    nullable: true,
    description:
      'A machine that signs in with tokens of its own: only in addUser, with kind SERVICE. It is claimed for good, so this needs accounts.create in the root operator account too.',
  })
  @ValidateNested()
  identity?: IdentityInput | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Their name, at most 200 characters, no link or address; used only when the address or identity is new to Muster, so that it is not compared when an `idempotencyKey` comes again.',
  })
  @MaxLength(200, { message: 'name has at most 200 characters' })
  @Matches(PLAIN_TEXT, {
    message: 'name is one line of text, without control, direction or invisible characters',
  })
  @IsNoLink()
  name?: string | null;
}

/** @throws BAD_USER_INPUT unless exactly one of userId, email and identity is given */
export function personFrom({ userId, email, identity, name }: PersonInput, field: string): PersonReference {
  if ([userId, email, identity].filter((way) => way != null).length !== 1)
    throw badInput(field, `${field} needs exactly one of userId, email and identity`);
  const named = { name: name?.trim() || null };
  if (userId != null) return { userId };
  if (identity != null) return { issuer: identity.issuer, subject: identity.subject, ...named };
  return { email: email ?? '', ...named };
}

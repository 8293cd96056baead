import { isEmail, Matches, MaxLength, ValidateBy } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { PersonReference } from '../../src/application/application.js';
import { PLAIN_TEXT } from '../../src/domain/account/names.js';
import { badInput } from '../api-error.js';

/** Text is looked at first: the check for addresses breaks on half a character. */
const IsAddress = () =>
  ValidateBy({
    name: 'isAddress',
    validator: {
      validate: (value) => typeof value === 'string' && PLAIN_TEXT.test(value) && isEmail(value),
      defaultMessage: () => 'email is not an e-mail address',
    },
  });

@InputType({
  description: 'A person: known by id, or named by e-mail address, which finds them or makes them.',
})
export class PersonInput {
  @Field(() => ID, { nullable: true, description: 'A person Muster knows. Give this or `email`.' })
  userId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'E-mail address, at most 254 characters; one person per address. Give this or `userId`.',
  })
  @MaxLength(254, { message: 'email has at most 254 characters' })
  @IsAddress()
  email?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Their name, at most 200 characters; used only when the address is new to Muster.',
  })
  @MaxLength(200, { message: 'name has at most 200 characters' })
  @Matches(PLAIN_TEXT, { message: 'name is one line of text, without control or direction characters' })
  name?: string | null;
}

/** @throws BAD_USER_INPUT unless exactly one of userId and email is given */
export function personFrom({ userId, email, name }: PersonInput, field: string): PersonReference {
  if ((userId == null) === (email == null))
    throw badInput(`${field}.userId`, `${field} needs either userId or email`);
  if (userId != null) return { userId };
  return { email: email ?? '', name: name?.trim() || null };
}

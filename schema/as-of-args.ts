import { ValidateNested } from 'class-validator';
import { ArgsType, Field } from 'type-graphql';
import { AsOfInput } from './as-of.js';
import { PageArgs } from './types/connection.js';

const ASK_FOR_THE_PAST = {
  nullable: true,
  description: 'Ask for the past. Default: the moment of the account, or what the read model shows now.',
} as const;

@ArgsType()
export class AsOfArgs {
  @Field(() => AsOfInput, ASK_FOR_THE_PAST)
  @ValidateNested()
  asOf?: AsOfInput | null;
}

@ArgsType()
export class AsOfPageArgs extends PageArgs {
  @Field(() => AsOfInput, ASK_FOR_THE_PAST)
  @ValidateNested()
  asOf?: AsOfInput | null;
}

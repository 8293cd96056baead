import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import serverFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type grpc from '@grpc/grpc-js';
import { uuid } from './messages.js';
import { unimplemented } from './rpc-errors.js';
import { Abandoned } from './running-call.js';
import type { Member, ServingNode } from './serving-node.js';

type Unary<Response> = grpc.handleUnaryCall<shared.Empty, Response>;

/** Who is in the cluster and who leads, for clients that look for a node. */
export function gossipService(node: ServingNode): Unary<gossip.ClusterInfo> {
  return answering(node, 'Gossip', () => {
    const info = new gossip.ClusterInfo();
    info.setMembersList(node.membership.members().map(memberInfo));
    return info;
  });
}

/** The server's version, and the calls that it knows; clients choose by them. */
export function serverFeaturesService(node: ServingNode): Unary<serverFeatures.SupportedMethods> {
  return answering(node, 'ServerFeatures', () => {
    const supported = new serverFeatures.SupportedMethods();
    if (node.serverVersion === null) throw unimplemented();
    supported.setEventStoreServerVersion(node.serverVersion);
    supported.setMethodsList(
      Object.values(streamsService.StreamsService).map(({ path }) => supportedMethod(path)),
    );
    return supported;
  });
}

function answering<Response>(
  node: ServingNode,
  method: 'Gossip' | 'ServerFeatures',
  respond: () => Response,
): Unary<Response> {
  return (call, reply) => {
    const running = node.begin(method, call);
    running
      .passes('before')
      .then(() => running.passes('after'))
      .then(() => reply(null, respond()))
      .catch((error: unknown) => {
        if (!(error instanceof Abandoned)) reply(error as grpc.ServiceError);
      });
  };
}

function memberInfo(member: Member): gossip.MemberInfo {
  const endpoint = new gossip.EndPoint();
  endpoint.setAddress(member.endpoint.host);
  endpoint.setPort(member.endpoint.port);
  const info = new gossip.MemberInfo();
  info.setInstanceId(uuid(member.instanceId));
  info.setTimeStamp('0');
  info.setState(gossip.MemberInfo.VNodeState[member.state]);
  info.setIsAlive(member.isAlive);
  info.setHttpEndPoint(endpoint);
  return info;
}

function supportedMethod(path: string): serverFeatures.SupportedMethod {
  const [, service = '', name = ''] = path.split('/');
  const method = new serverFeatures.SupportedMethod();
  // The server writes both in lower case.
  method.setServiceName(service.toLowerCase());
  method.setMethodName(name.toLowerCase());
  return method;
}

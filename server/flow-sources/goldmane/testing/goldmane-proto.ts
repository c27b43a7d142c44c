import { parse, type Root } from 'protobufjs'

/** The part of Calico's protocol that is read, with its field numbers: a second implementation decides in tests. */
const PROTO = `syntax = "proto3";
package goldmane;

service Flows {
  rpc List(FlowListRequest) returns (FlowListResult);
  rpc Stream(FlowStreamRequest) returns (stream FlowResult);
}
message FlowListRequest { int64 start_time_gte = 1; int64 page = 3; int64 page_size = 4; }
message ListMetadata { int64 totalPages = 1; int64 totalResults = 2; }
message FlowListResult { ListMetadata meta = 1; repeated FlowResult flows = 2; }
message FlowStreamRequest { int64 start_time_gte = 1; int64 aggregation_interval = 3; }
message FlowResult { int64 id = 1; Flow flow = 2; }
message Flow {
  FlowKey Key = 1;
  int64 start_time = 2;
  int64 end_time = 3;
  repeated string source_labels = 4;
  repeated string dest_labels = 5;
  int64 packets_in = 6;
  int64 packets_out = 7;
  int64 bytes_in = 8;
  int64 bytes_out = 9;
  int64 num_connections_started = 10;
  int64 num_connections_completed = 11;
  int64 num_connections_live = 12;
}
enum Action { ActionUnspecified = 0; Allow = 1; Deny = 2; Pass = 3; }
enum EndpointType { EndpointTypeUnspecified = 0; WorkloadEndpoint = 1; HostEndpoint = 2; NetworkSet = 3; Network = 4; }
enum Reporter { ReporterUnspecified = 0; Src = 1; Dst = 2; }
enum PolicyKind {
  KindUnspecified = 0; CalicoNetworkPolicy = 1; GlobalNetworkPolicy = 2; StagedNetworkPolicy = 3; StagedGlobalNetworkPolicy = 4;
  StagedKubernetesNetworkPolicy = 5; NetworkPolicy = 6; Profile = 9; EndOfTier = 10; ClusterNetworkPolicy = 11;
}
message FlowKey {
  string source_name = 1;
  string source_namespace = 2;
  EndpointType source_type = 3;
  string dest_name = 4;
  string dest_namespace = 5;
  EndpointType dest_type = 6;
  int64 dest_port = 7;
  string dest_service_name = 8;
  string dest_service_namespace = 9;
  string dest_service_port_name = 10;
  int64 dest_service_port = 11;
  string proto = 12;
  Reporter reporter = 13;
  Action action = 14;
  PolicyTrace policies = 15;
}
message PolicyTrace { repeated PolicyHit enforced_policies = 1; repeated PolicyHit pending_policies = 2; }
message PolicyHit {
  PolicyKind kind = 1;
  string namespace = 2;
  string name = 3;
  string tier = 4;
  Action action = 5;
  int64 policy_index = 6;
  int64 rule_index = 7;
  PolicyHit trigger = 8;
}`

export const GOLDMANE_ROOT: Root = parse(PROTO, { keepCase: true }).root

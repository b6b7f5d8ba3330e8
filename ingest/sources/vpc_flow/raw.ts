import type { RawKind, RawShape } from "../../../core/source.ts";

const TEXT_FIELDS = [
  // Version 2.
  "account_id interface_id srcaddr dstaddr action log_status",
  // 3 to 5.
  "vpc_id subnet_id instance_id type pkt_srcaddr pkt_dstaddr region az_id sublocation_type sublocation_id",
  "pkt_src_aws_service pkt_dst_aws_service flow_direction",
  // 6: transit gateways.
  "resource_type tgw_id tgw_attachment_id tgw_src_vpc_account_id tgw_dst_vpc_account_id tgw_src_vpc_id tgw_dst_vpc_id",
  "tgw_src_subnet_id tgw_dst_subnet_id tgw_src_eni tgw_dst_eni tgw_src_az_id tgw_dst_az_id tgw_pair_attachment_id",
  // 7.
  "ecs_cluster_name ecs_cluster_arn ecs_container_instance_id ecs_container_instance_arn ecs_service_name",
  "ecs_task_definition_arn ecs_task_id ecs_task_arn ecs_container_id ecs_second_container_id",
  // 8 to 11.
  "reject_reason resource_id instance_tag instance_tag_2 interface_tag interface_tag_2 asg_tag asg_tag_2",
  "interface_type next_hop_interface_id next_hop_subnet_id next_hop_az_id next_hop_vpc_id next_hop_interface_type",
].flatMap((names) => names.split(" "));

const NUMBER_FIELDS = [
  "version srcport dstport protocol packets bytes start end tcp_flags traffic_path",
  "packets_lost_no_route packets_lost_blackhole packets_lost_mtu_exceeded packets_lost_ttl_expired encryption_status",
].flatMap((names) => names.split(" "));

function kinds(names: readonly string[], kind: RawKind): Record<string, RawKind> {
  return Object.fromEntries(names.map((name) => [name, kind]));
}

/**
 * Flow log fields of versions 2 to 11, spelled as in Parquet; in text their names have hyphens. Sources: AWS, "Flow log
 * records" and "Transit Gateway Flow Log records".
 */
export const VPC_FLOW_RAW: RawShape = { ...kinds(TEXT_FIELDS, "text"), ...kinds(NUMBER_FIELDS, "number") };

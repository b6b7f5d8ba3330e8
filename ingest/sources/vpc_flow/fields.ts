import { VPC_FLOW_RAW } from "./raw.ts";

/** The interface is the destination of ingress traffic, and else stands as the source. */
function ownEnd(name: string): string {
  return `CASE WHEN connection_info.direction_id = 1 THEN dst_endpoint.${name} ELSE src_endpoint.${name} END`;
}

/** Fields with an OCSF home; all the others are in `aws` under their own names. */
const MAPPED: Readonly<Record<string, string>> = {
  version: "TRY_CAST(metadata.product.version AS BIGINT)",
  interface_id: ownEnd("interface_uid"),
  vpc_id: ownEnd("vpc_uid"),
  subnet_id: ownEnd("subnet_uid"),
  instance_id: ownEnd("instance_uid"),
  srcaddr: "COALESCE(src_endpoint.intermediate_ips[1], src_endpoint.ip)",
  dstaddr: "COALESCE(dst_endpoint.intermediate_ips[1], dst_endpoint.ip)",
  pkt_srcaddr: "src_endpoint.ip",
  pkt_dstaddr: "dst_endpoint.ip",
  pkt_src_aws_service: "src_endpoint.svc_name",
  pkt_dst_aws_service: "dst_endpoint.svc_name",
  srcport: "src_endpoint.port",
  dstport: "dst_endpoint.port",
  protocol: "connection_info.protocol_num",
  type: "connection_info.protocol_ver",
  tcp_flags: "connection_info.tcp_flags",
  packets: "traffic.packets",
  bytes: "traffic.bytes",
  start: "start_time // 1000",
  end: "end_time // 1000",
  log_status: "status_code",
  region: "region",
  az_id: "cloud.zone",
};

/** AWS's field names as text files have them (`log-status`), and as Parquet files have them (`log_status`). */
export const VPC_FLOW_FIELDS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(VPC_FLOW_RAW).flatMap((name) => {
    const sql = MAPPED[name] ?? `aws.${name}`;
    return [
      [name.replaceAll("_", "-"), sql],
      [name, sql],
    ];
  }),
);

-- Flow log record -> OCSF 1.8.0 Network Activity. Mapping after AWS's own for Security Lake, except that `-` is null
-- everywhere, an unknown direction is 0 and an absent traffic path has no boundary.
WITH bounded AS (
  SELECT
    *,
    vpc_flow_within(srcport, 65535)::INTEGER AS src_port,
    vpc_flow_within(dstport, 65535)::INTEGER AS dst_port,
    vpc_flow_within(protocol, 2147483647)::INTEGER AS protocol_number,
    vpc_flow_within(tcp_flags, 2147483647)::INTEGER AS flags,
    vpc_flow_within(traffic_path, 2147483647)::INTEGER AS path,
    vpc_flow_within(encryption_status, 2147483647)::INTEGER AS encryption,
    -- The last second of the year 9999, beyond which other readers' timestamps end.
    vpc_flow_within("start", 253402300799) AS start_s,
    vpc_flow_within("end", 253402300799) AS end_s,
    CASE action WHEN 'ACCEPT' THEN 1 WHEN 'REJECT' THEN 2
      ELSE CASE WHEN log_status IN ('NODATA', 'SKIPDATA') THEN 0 WHEN action IS NOT NULL THEN 99 END END AS verdict,
    COALESCE(nullif(account_id, 'unknown'), object_account, account_id) AS account,
    COALESCE(region, object_region) AS in_region,
    COALESCE(flow_direction = 'ingress', false) AS is_ingress
  FROM raw
),
judged AS (
  SELECT
    *,
    COALESCE(start_s, end_s) AS moment_s,
    CASE verdict WHEN 1 THEN 6 WHEN 2 THEN 5 WHEN 0 THEN 0 WHEN 99 THEN 99 ELSE 6 END AS activity,
    CASE verdict WHEN 1 THEN 'Traffic' WHEN 2 THEN 'Refuse' WHEN 0 THEN 'Unknown' WHEN 99 THEN 'Other'
      ELSE 'Traffic' END AS activity_caption
  FROM bounded
)
SELECT
  carried,
  moment_s * 1000 AS "time",
  make_timestamptz(moment_s * 1000000) AS time_dt,
  start_s * 1000 AS start_time,
  end_s * 1000 AS end_time,
  account AS accountid,
  in_region AS region,
  4001::INTEGER AS class_uid,
  'Network Activity' AS class_name,
  4::INTEGER AS category_uid,
  'Network Activity' AS category_name,
  activity::INTEGER AS activity_id,
  activity_caption AS activity_name,
  (400100 + activity)::BIGINT AS type_uid,
  'Network Activity: ' || activity_caption AS type_name,
  1::INTEGER AS severity_id,
  'Informational' AS severity,
  verdict::INTEGER AS action_id,
  CASE verdict WHEN 1 THEN 'Allowed' WHEN 2 THEN 'Denied' WHEN 0 THEN 'Unknown' WHEN 99 THEN action END AS action,
  CASE verdict WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 0 THEN 99 WHEN 99 THEN 99 END::INTEGER AS disposition_id,
  CASE verdict WHEN 1 THEN 'Allowed' WHEN 2 THEN 'Blocked' WHEN 0 THEN log_status WHEN 99 THEN action END AS disposition,
  log_status AS status_code,
  {
    'version': '1.8.0',
    'profiles': ['cloud', 'datetime', 'security_control'],
    'product': {
      'name': CASE WHEN tgw_id IS NULL THEN 'Amazon VPC' ELSE 'AWS Transit Gateway' END,
      'vendor_name': 'AWS',
      'version': "version"::VARCHAR,
      'feature': {'name': 'Flowlogs'}
    }
  } AS metadata,
  {'provider': 'AWS', 'region': in_region, 'zone': az_id, 'account': {'uid': account}} AS cloud,
  {
    'ip': COALESCE(pkt_srcaddr, srcaddr),
    'intermediate_ips': CASE WHEN pkt_srcaddr <> srcaddr THEN [srcaddr] END,
    'port': src_port,
    'svc_name': pkt_src_aws_service,
    'interface_uid': CASE WHEN is_ingress THEN tgw_src_eni ELSE COALESCE(interface_id, tgw_src_eni) END,
    'vpc_uid': CASE WHEN is_ingress THEN tgw_src_vpc_id ELSE COALESCE(vpc_id, tgw_src_vpc_id) END,
    'subnet_uid': CASE WHEN is_ingress THEN tgw_src_subnet_id ELSE COALESCE(subnet_id, tgw_src_subnet_id) END,
    'instance_uid': CASE WHEN NOT is_ingress THEN instance_id END,
    'zone': tgw_src_az_id,
    'owner': CASE WHEN tgw_src_vpc_account_id IS NOT NULL THEN {'account': {'uid': tgw_src_vpc_account_id}} END
  } AS src_endpoint,
  {
    'ip': COALESCE(pkt_dstaddr, dstaddr),
    'intermediate_ips': CASE WHEN pkt_dstaddr <> dstaddr THEN [dstaddr] END,
    'port': dst_port,
    'svc_name': pkt_dst_aws_service,
    'interface_uid': CASE WHEN is_ingress THEN COALESCE(interface_id, tgw_dst_eni) ELSE tgw_dst_eni END,
    'vpc_uid': CASE WHEN is_ingress THEN COALESCE(vpc_id, tgw_dst_vpc_id) ELSE tgw_dst_vpc_id END,
    'subnet_uid': CASE WHEN is_ingress THEN COALESCE(subnet_id, tgw_dst_subnet_id) ELSE tgw_dst_subnet_id END,
    'instance_uid': CASE WHEN is_ingress THEN instance_id END,
    'zone': tgw_dst_az_id,
    'owner': CASE WHEN tgw_dst_vpc_account_id IS NOT NULL THEN {'account': {'uid': tgw_dst_vpc_account_id}} END
  } AS dst_endpoint,
  {
    'protocol_num': protocol_number,
    'protocol_name': vpc_flow_protocol(protocol_number),
    'protocol_ver': "type",
    'protocol_ver_id': CASE "type" WHEN 'IPv4' THEN 4 WHEN 'IPv6' THEN 6 ELSE CASE WHEN "type" IS NOT NULL THEN 99 END END,
    'tcp_flags': flags,
    'direction_id': CASE flow_direction WHEN 'ingress' THEN 1 WHEN 'egress' THEN 2
      ELSE CASE WHEN flow_direction IS NULL THEN 0 ELSE 99 END END,
    'direction': CASE flow_direction WHEN 'ingress' THEN 'Inbound' WHEN 'egress' THEN 'Outbound'
      ELSE COALESCE(flow_direction, 'Unknown') END,
    'boundary_id': vpc_flow_boundary_id(path),
    'boundary': vpc_flow_boundary(path)
  } AS connection_info,
  {'packets': packets, 'bytes': bytes} AS traffic,
  {
    'account_id': account_id,
    'action': action,
    'flow_direction': flow_direction,
    'traffic_path': path,
    'sublocation_type': sublocation_type,
    'sublocation_id': sublocation_id,
    'resource_type': resource_type,
    'tgw_id': tgw_id,
    'tgw_attachment_id': tgw_attachment_id,
    'tgw_pair_attachment_id': tgw_pair_attachment_id,
    'tgw_src_vpc_account_id': tgw_src_vpc_account_id,
    'tgw_dst_vpc_account_id': tgw_dst_vpc_account_id,
    'tgw_src_vpc_id': tgw_src_vpc_id,
    'tgw_dst_vpc_id': tgw_dst_vpc_id,
    'tgw_src_subnet_id': tgw_src_subnet_id,
    'tgw_dst_subnet_id': tgw_dst_subnet_id,
    'tgw_src_eni': tgw_src_eni,
    'tgw_dst_eni': tgw_dst_eni,
    'tgw_src_az_id': tgw_src_az_id,
    'tgw_dst_az_id': tgw_dst_az_id,
    'packets_lost_no_route': packets_lost_no_route,
    'packets_lost_blackhole': packets_lost_blackhole,
    'packets_lost_mtu_exceeded': packets_lost_mtu_exceeded,
    'packets_lost_ttl_expired': packets_lost_ttl_expired,
    'ecs_cluster_name': ecs_cluster_name,
    'ecs_cluster_arn': ecs_cluster_arn,
    'ecs_container_instance_id': ecs_container_instance_id,
    'ecs_container_instance_arn': ecs_container_instance_arn,
    'ecs_service_name': ecs_service_name,
    'ecs_task_definition_arn': ecs_task_definition_arn,
    'ecs_task_id': ecs_task_id,
    'ecs_task_arn': ecs_task_arn,
    'ecs_container_id': ecs_container_id,
    'ecs_second_container_id': ecs_second_container_id,
    'reject_reason': reject_reason,
    'resource_id': resource_id,
    'encryption_status': encryption,
    'instance_tag': instance_tag,
    'instance_tag_2': instance_tag_2,
    'interface_tag': interface_tag,
    'interface_tag_2': interface_tag_2,
    'asg_tag': asg_tag,
    'asg_tag_2': asg_tag_2,
    'interface_type': interface_type,
    'next_hop_interface_id': next_hop_interface_id,
    'next_hop_subnet_id': next_hop_subnet_id,
    'next_hop_az_id': next_hop_az_id,
    'next_hop_vpc_id': next_hop_vpc_id,
    'next_hop_interface_type': next_hop_interface_type
  } AS aws,
  CASE
    WHEN greatest(srcport, dstport) > 65535
      OR greatest(protocol, tcp_flags, traffic_path, encryption_status) > 2147483647
      OR greatest("start", "end") > 253402300799
    THEN '{' || concat_ws(',', nullif(unmapped[2:-2], ''),
      vpc_flow_beyond('srcport', srcport, 65535),
      vpc_flow_beyond('dstport', dstport, 65535),
      vpc_flow_beyond('protocol', protocol, 2147483647),
      vpc_flow_beyond('tcp-flags', tcp_flags, 2147483647),
      vpc_flow_beyond('traffic-path', traffic_path, 2147483647),
      vpc_flow_beyond('encryption-status', encryption_status, 2147483647),
      vpc_flow_beyond('start', "start", 253402300799),
      vpc_flow_beyond('end', "end", 253402300799)) || '}'
    ELSE unmapped
  END AS unmapped
FROM judged

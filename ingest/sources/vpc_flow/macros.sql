-- Helpers of normalize.sql. Macros are inlined by the engine: they cost what their text costs.

CREATE OR REPLACE TEMP MACRO vpc_flow_protocol(number) AS CASE number
  WHEN 1 THEN 'icmp' WHEN 2 THEN 'igmp' WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 41 THEN 'ipv6' WHEN 47 THEN 'gre'
  WHEN 50 THEN 'esp' WHEN 51 THEN 'ah' WHEN 58 THEN 'ipv6-icmp' WHEN 89 THEN 'ospfigp' WHEN 112 THEN 'vrrp'
  WHEN 132 THEN 'sctp' END;

CREATE OR REPLACE TEMP MACRO vpc_flow_boundary_id(path) AS CASE path
  WHEN 1 THEN 4 WHEN 2 THEN 5 WHEN 3 THEN 6 WHEN 4 THEN 7 WHEN 5 THEN 8 WHEN 6 THEN 9 WHEN 7 THEN 10 WHEN 8 THEN 11
  ELSE CASE WHEN path IS NOT NULL THEN 99 END END;

CREATE OR REPLACE TEMP MACRO vpc_flow_boundary(path) AS CASE path
  WHEN 1 THEN 'Same VPC' WHEN 2 THEN 'Internet/VPC Gateway' WHEN 3 THEN 'Virtual Private Gateway'
  WHEN 4 THEN 'Intra-region VPC' WHEN 5 THEN 'Inter-region VPC' WHEN 6 THEN 'Local Gateway'
  WHEN 7 THEN 'Gateway VPC' WHEN 8 THEN 'Internet Gateway'
  ELSE CASE WHEN path IS NOT NULL THEN 'Other' END END;

-- The number, where the column can hold it; else it stays in `unmapped`.
CREATE OR REPLACE TEMP MACRO vpc_flow_within(value, most) AS CASE WHEN value <= most THEN value END;
CREATE OR REPLACE TEMP MACRO vpc_flow_beyond(name, value, most) AS
  CASE WHEN value > most THEN '"' || name || '":"' || value || '"' END;

/**
 * The rivals: what a data engineer would write in DuckDB for the same gzipped CloudTrail objects. `plain` reads, unnests
 * and writes the columns; `fair` also finds unknown keys and writes the same sort and partitions as ingest does.
 */
const IDENTITY = `STRUCT("type" VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR,
  userName VARCHAR, sessionContext STRUCT(sessionIssuer STRUCT("type" VARCHAR, principalId VARCHAR, arn VARCHAR,
  accountId VARCHAR, userName VARCHAR), webIdFederationData JSON, attributes STRUCT(creationDate VARCHAR,
  mfaAuthenticated VARCHAR), ec2RoleDelivery VARCHAR, sourceIdentity VARCHAR, assumedRoot VARCHAR), invokedBy VARCHAR,
  identityProvider VARCHAR, credentialId VARCHAR, onBehalfOf JSON, inScopeOf JSON)`;

const RECORD = `STRUCT(eventVersion VARCHAR, userIdentity ${IDENTITY}, eventTime TIMESTAMP, eventSource VARCHAR,
  eventName VARCHAR, awsRegion VARCHAR, sourceIPAddress VARCHAR, userAgent VARCHAR, errorCode VARCHAR,
  errorMessage VARCHAR, requestParameters JSON, responseElements JSON, additionalEventData JSON, requestID VARCHAR,
  eventID VARCHAR, readOnly BOOLEAN, resources JSON, eventType VARCHAR, apiVersion VARCHAR, managementEvent BOOLEAN,
  recipientAccountId VARCHAR, serviceEventDetails JSON, sharedEventID VARCHAR, vpcEndpointId VARCHAR,
  vpcEndpointAccountId VARCHAR, eventCategory VARCHAR, insightDetails JSON, addendum JSON,
  sessionCredentialFromConsole VARCHAR, edgeDeviceDetails JSON, tlsDetails JSON, eventContext JSON)`;

const MAX_OBJECT_BYTES = 268_435_456;

function records(glob: string): string {
  return `SELECT r.* FROM (SELECT UNNEST(Records) AS r FROM read_json('${glob}',
    columns = {Records: '${RECORD}[]'}, maximum_object_size = ${MAX_OBJECT_BYTES}))`;
}

/** SQL of the plain way. */
export function plainWay(glob: string, out: string): readonly string[] {
  return [`COPY (${records(glob)}) TO '${out}/plain.parquet' (FORMAT parquet, COMPRESSION zstd)`];
}

/** SQL of the fair way: a second look for keys that the columns do not name, the same sort, a partition a day. */
export function fairWay(glob: string, out: string): readonly string[] {
  return [
    `CREATE TABLE found AS SELECT DISTINCT UNNEST(json_keys(record)) AS key FROM (SELECT UNNEST(from_json(json->'Records',
      '["JSON"]')) AS record FROM read_json_objects('${glob}', maximum_object_size = ${MAX_OBJECT_BYTES}))`,
    `COPY (SELECT *, CAST(eventTime AS DATE) AS day FROM (${records(glob)}) ORDER BY day, recipientAccountId)
      TO '${out}/fair' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day))`,
  ];
}

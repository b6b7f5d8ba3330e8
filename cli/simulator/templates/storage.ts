import type { JsonObject } from "../json.ts";
import type { EventContext, EventPayload } from "../record.ts";
import { arnOf, BUILDERS, type EventTemplate, INVENTORY, reads, WORKLOADS, writes } from "./template.ts";

const DATA = { isData: true };

/** What S3 adds to each record. */
export function s3Extra({ random }: EventContext, bytesIn: number, bytesOut: number): JsonObject {
  return {
    SignatureVersion: "SigV4",
    CipherSuite: "TLS_AES_128_GCM_SHA256",
    bytesTransferredIn: bytesIn,
    AuthenticationMethod: "AuthHeader",
    "x-amz-id-2": `${random.base64(75)}=`,
    bytesTransferredOut: bytesOut,
  };
}

/** The parameters and resources of a call on a bucket; `subresource` is the query string S3 was called with. */
export function bucketCall(
  context: EventContext,
  bucket: string,
  subresource: string,
  more: JsonObject = {},
): EventPayload {
  const host = `${bucket}.s3.${context.region}.amazonaws.com`;
  return {
    request: { ...more, bucketName: bucket, Host: host, [subresource]: "" },
    extra: s3Extra(context, 0, context.random.between(200, 900)),
    resources: [{ accountId: context.account.id, type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${bucket}` }],
  };
}

/** A call on an object. */
export function objectCall(
  context: EventContext,
  bucket: string,
  key: string,
  more: JsonObject,
  bytesIn: number,
  bytesOut: number,
): EventPayload {
  return {
    request: { bucketName: bucket, Host: `${bucket}.s3.${context.region}.amazonaws.com`, key, ...more },
    extra: s3Extra(context, bytesIn, bytesOut),
    resources: [
      { type: "AWS::S3::Object", ARN: `arn:aws:s3:::${bucket}/${key}` },
      { accountId: context.account.id, type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${bucket}` },
    ],
  };
}

const objectKey = ({ random, atMs }: EventContext): string =>
  `${random.pick(["invoices", "thumbnails", "events/raw", "reports"])}/${new Date(atMs).toISOString().slice(0, 10)}/${random.pick(["part", "file", "batch"])}-${String(random.below(100_000)).padStart(5, "0")}.${random.pick(["parquet", "json.gz", "pdf", "jpg"])}`;

const bucketReads = (
  ["acl", "policy", "encryption", "versioning", "logging", "tagging", "publicAccessBlock", "lifecycle"] as const
).map((part) =>
  reads(
    "s3",
    `GetBucket${part === "acl" ? "Acl" : part.charAt(0).toUpperCase() + part.slice(1)}`,
    part === "acl" ? 14 : 6,
    INVENTORY,
    (c) => bucketCall(c, c.random.pick(c.account.buckets), part),
  ),
);

/** S3, DynamoDB, RDS, backups, and the keys that encrypt them. */
export const STORAGE_TEMPLATES: readonly EventTemplate[] = [
  ...bucketReads,
  reads("s3", "ListBuckets", 8, [...INVENTORY, "user"], (c) => ({
    request: { Host: `s3.${c.region}.amazonaws.com` },
    extra: s3Extra(c, 0, 2_048),
  })),
  writes("s3", "PutBucketPolicy", 1, BUILDERS, (c) => {
    const bucket = c.random.pick(c.account.buckets);
    return bucketCall(c, bucket, "policy", {
      bucketPolicy: {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "AclCheck",
            Effect: "Allow",
            Principal: { Service: "cloudtrail.amazonaws.com" },
            Action: "s3:GetBucketAcl",
            Resource: `arn:aws:s3:::${bucket}`,
          },
          {
            Sid: "OwnRole",
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${c.account.id}:root` },
            Action: "s3:GetObject",
            Resource: `arn:aws:s3:::${bucket}/*`,
          },
        ],
      },
    });
  }),
  reads(
    "s3",
    "GetObject",
    60,
    [...WORKLOADS, "user"],
    (c) => objectCall(c, c.random.pick(c.account.buckets), objectKey(c), {}, 0, c.random.below(5_000_000)),
    DATA,
  ),
  writes(
    "s3",
    "PutObject",
    35,
    WORKLOADS,
    (c) =>
      objectCall(
        c,
        c.random.pick(c.account.buckets),
        objectKey(c),
        { "x-amz-server-side-encryption": "aws:kms", "x-amz-acl": "bucket-owner-full-control" },
        c.random.below(900_000),
        0,
      ),
    DATA,
  ),
  reads(
    "s3",
    "ListObjects",
    12,
    [...WORKLOADS, "user"],
    (c) => {
      const bucket = c.random.pick(c.account.buckets);
      return {
        request: {
          "list-type": "2",
          bucketName: bucket,
          prefix: "invoices/",
          Host: `${bucket}.s3.${c.region}.amazonaws.com`,
          "max-keys": "1000",
          delimiter: "/",
        },
        extra: s3Extra(c, 0, c.random.below(200_000)),
        resources: [
          { type: "AWS::S3::Object", ARNPrefix: `arn:aws:s3:::${bucket}/invoices/` },
          { accountId: c.account.id, type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${bucket}` },
        ],
      };
    },
    DATA,
  ),
  reads(
    "dynamodb",
    "DescribeTable",
    15,
    [...INVENTORY, ...WORKLOADS],
    (c) => {
      const table = c.random.pick(c.account.tables);
      return {
        request: { tableName: table },
        resources: [
          { accountId: c.account.id, type: "AWS::DynamoDB::Table", ARN: arnOf(c, "dynamodb", `table/${table}`) },
        ],
      };
    },
    { apiVersion: "2012-08-10" },
  ),
  reads(
    "dynamodb",
    "GetItem",
    25,
    ["function"],
    (c) => {
      const table = c.random.pick(c.account.tables);
      return {
        request: { tableName: table, key: { pk: "HIDDEN_DUE_TO_SECURITY_REASONS" }, consistentRead: false },
        resources: [
          { accountId: c.account.id, type: "AWS::DynamoDB::Table", ARN: arnOf(c, "dynamodb", `table/${table}`) },
        ],
      };
    },
    { isData: true, apiVersion: "2012-08-10" },
  ),
  reads("rds", "DescribeDBInstances", 20, INVENTORY, (c) => ({
    request: { dBInstanceIdentifier: `${c.account.name}-main`, maxRecords: 100 },
  })),
  reads("rds", "DescribeDBClusters", 12, INVENTORY, () => ({ request: { maxRecords: 100 } })),
  reads("rds", "ListTagsForResource", 15, INVENTORY, (c) => ({
    request: { resourceName: arnOf(c, "rds", `db:${c.account.name}-main`) },
  })),
  writes(
    "kms",
    "Decrypt",
    120,
    ["instance", "function", "service-role", "user"],
    (c) => {
      const key = arnOf(c, "kms", `key/${c.random.pick(c.account.keys)}`);
      return {
        request: {
          encryptionContext: c.random.chance(0.5)
            ? { "aws:lambda:FunctionArn": arnOf(c, "lambda", `function:${c.random.pick(c.account.functions).name}`) }
            : {
                SecretARN: arnOf(c, "secretsmanager", `secret:${c.random.pick(c.account.secrets)}`),
                SecretVersionId: "AWSCURRENT",
              },
          encryptionAlgorithm: "SYMMETRIC_DEFAULT",
          keyId: key,
        },
        resources: [{ accountId: c.account.id, type: "AWS::KMS::Key", ARN: key }],
      };
    },
    { readOnly: true },
  ),
  writes(
    "kms",
    "GenerateDataKey",
    50,
    ["instance", "function", "service-role"],
    (c) => {
      const key = arnOf(c, "kms", `key/${c.random.pick(c.account.keys)}`);
      return {
        request: {
          keyId: key,
          keySpec: "AES_256",
          encryptionContext: { "aws:s3:arn": `arn:aws:s3:::${c.random.pick(c.account.buckets)}` },
        },
        resources: [{ accountId: c.account.id, type: "AWS::KMS::Key", ARN: key }],
      };
    },
    { readOnly: true },
  ),
  reads("kms", "DescribeKey", 10, INVENTORY, (c) => {
    const key = arnOf(c, "kms", `key/${c.random.pick(c.account.keys)}`);
    return { request: { keyId: key }, resources: [{ accountId: c.account.id, type: "AWS::KMS::Key", ARN: key }] };
  }),
  reads("backup", "ListBackupJobs", 6, INVENTORY, () => ({ request: { maxResults: 1000 } })),
  reads(
    "elasticfilesystem",
    "DescribeMountTargets",
    6,
    INVENTORY,
    (c) => ({ request: { fileSystemId: `fs-0${c.account.vpc.slice(-16)}` } }),
    { apiVersion: "2015-02-01" },
  ),
];

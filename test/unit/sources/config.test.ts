import { expect, test } from "vitest";
import { frameConfig } from "../../../ingest/sources/config/frame.ts";
import { openTestEngine } from "../../support/engine.ts";
import {
  createNormalizedTable,
  fieldSql,
  normalizeObjects,
  normalizeRecords,
  sourceOf,
} from "../../support/normalize-records.ts";

const CONFIGURATION_TEXT =
  '{"groupId":"sg-0a","ipPermissions":[{"ipRanges":["0.0.0.0/0"],"fromPort":22}],"big":9007199254740993}';

const FROM_S3 = `{
  "configurationItemVersion": "1.3", "awsAccountId": "111122223333", "ARN": "arn:aws:ec2:us-east-1:111122223333:security-group/sg-0a",
  "configurationStateId": 1767600000500, "configurationStateMd5Hash": "", "configurationItemCaptureTime": "2026-01-05T08:00:00.500Z",
  "configurationItemStatus": "OK", "resourceType": "AWS::EC2::SecurityGroup", "resourceId": "sg-0a", "resourceName": "web",
  "awsRegion": "us-east-1", "availabilityZone": "Not Applicable", "resourceCreationTime": "2026-01-01T00:00:00.000Z",
  "tags": {"Name": "web", "a.b": "c"}, "relatedEvents": ["11111111-1111-4111-8111-111111111111"],
  "relationships": [{"resourceId": "vpc-0a", "resourceName": null, "resourceType": "AWS::EC2::VPC", "name": "Is contained in Vpc"}],
  "configuration": ${CONFIGURATION_TEXT}, "supplementaryConfiguration": {"Policy": {"a": 1}, "Flag": true, "List": ["x"]}
}`;

const FROM_API = `{
  "version": "1.3", "accountId": "111122223333", "arn": "arn:aws:ec2:us-east-1:111122223333:security-group/sg-0a",
  "configurationStateId": "1767600000500", "configurationItemMD5Hash": "", "configurationItemCaptureTime": 1767600000.5,
  "configurationItemStatus": "OK", "resourceType": "AWS::EC2::SecurityGroup", "resourceId": "sg-0a", "resourceName": "web",
  "awsRegion": "us-east-1", "availabilityZone": "Not Applicable", "resourceCreationTime": 1767225600.0,
  "tags": [{"key": "Name", "value": "web"}, {"value": "c", "key": "a.b"}], "relatedEvents": ["11111111-1111-4111-8111-111111111111"],
  "relationships": [{"resourceType": "AWS::EC2::VPC", "resourceId": "vpc-0a", "relationshipName": "Is contained in Vpc "}],
  "configuration": ${JSON.stringify(CONFIGURATION_TEXT)},
  "supplementaryConfiguration": {"Policy": "{\\"a\\":1}", "Flag": "true", "List": "[\\"x\\"]"}
}`;

const file = (...items: string[]) =>
  `{"fileVersion":"1.0","configSnapshotId":"0","configurationItems":[${items.join(",")}]}`;

test("default: an item becomes an inventory row", async () => {
  const [row] = await normalizeRecords("config", file(FROM_S3), { variant: "snapshot" });
  expect(row).toMatchObject({
    time: 1767600000500,
    accountid: "111122223333",
    region: "us-east-1",
    type_uid: 502302,
    status_code: "OK",
    cloud: { zone: null, cloud_partition: "aws" },
    metadata: {
      uid: "111122223333/us-east-1/AWS::EC2::SecurityGroup/sg-0a/2026-01-05T08:00:00.500000Z/1767600000500",
      correlation_uid: "11111111-1111-4111-8111-111111111111",
    },
    aws: {
      tags: '{"Name":"web","a.b":"c"}',
      supplementary_configuration: '{"Policy":{"a":1},"Flag":true,"List":["x"]}',
      relationships: null,
      notification: null,
    },
    unmapped: null,
  });
  expect(row?.resources).toMatchObject([
    {
      uid: "arn:aws:ec2:us-east-1:111122223333:security-group/sg-0a",
      uid_alt: "sg-0a",
      data: CONFIGURATION_TEXT,
      created_time: 1767225600000,
      tags: [
        { name: "Name", value: "web" },
        { name: "a.b", value: "c" },
      ],
    },
    { uid: "vpc-0a", type: "AWS::EC2::VPC", role_id: 4, labels: ["Is contained in Vpc"] },
  ]);
});

test("behavior: the spellings of S3 and of the API give the same row", async () => {
  const [fromS3, fromApi] = await normalizeRecords("config", file(FROM_S3, FROM_API));
  expect(fromApi).toEqual(fromS3);
});

test("behavior: old spellings, and items saved by hand", async () => {
  const old = `{"snapshotVersion":"1.0","arn":"arn:aws:ec2::1:volume/v","accountId":"111122223333","configurationItemCaptureTime":"2014-03-07T23:47:08.918Z",
    "configurationStateID":"3e66","configurationItemState":"OK","availibilityZone":"us-west-2b","resourceType":"AWS::EC2::Volume","resourceId":"v"}`;
  const [inFile] = await normalizeRecords("config", file(old), { account: null, region: "us-west-2" });
  expect(inFile).toMatchObject({
    region: "us-west-2",
    status_code: "OK",
    cloud: { zone: "us-west-2b" },
    aws: { state_id: "3e66", arn: "arn:aws:ec2::1:volume/v" },
    metadata: { product: { version: "1.0" } },
    unmapped: null,
  });
  for (const text of [old, ` [${old}]`]) {
    expect((await normalizeRecords("config", text, { region: "us-west-2" }))[0]).toEqual(inFile);
  }
});

test("behavior: a change notification keeps what stood around its item", async () => {
  const text = `{"configurationItemDiff":{"changeType":"UPDATE"},"configurationItem":${FROM_S3},"messageType":"ConfigurationItemChangeNotification"}`;
  const [row] = await normalizeRecords("config", text, { variant: "change" });
  const [plain] = await normalizeRecords("config", file(FROM_S3));
  const uid = (plain!.metadata as { uid: string }).uid;
  expect(row).toMatchObject({
    type_uid: 502301,
    metadata: { uid },
    unmapped: null,
  });
  expect(JSON.parse((row!.aws as { notification: string }).notification)).toEqual({
    configurationItemDiff: { changeType: "UPDATE" },
    messageType: "ConfigurationItemChangeNotification",
  });
  const twice = await normalizeObjects("config", [
    '{"configurationItem":{},"messageType":"x","configurationItem":{"a":1}}',
  ]);
  expect(twice.map((one) => one.carried.fault)).toEqual(["duplicate-key"]);
});

test("behavior: odd values lose nothing and fail nothing", async () => {
  const odd = [
    `{"configurationItemCaptureTime":"soon","resourceCreationTime":99999999999999,"tags":"x","relatedEvents":"e","relationships":"r","configuration":"not json","supplementaryConfiguration":[1],"arn":7,"ARN":"arn:x"}`,
    `{"configurationItemCaptureTime":1e400,"tags":[{"key":"a"}],"relationships":[{"resourceId":"i","extra":1},7,null],"configuration":null,"relatedEvents":null,"configurationStateId":null}`,
    `{"configurationItemCaptureTime":253402300800,"tags":{"a":"1","a":"2"},"relationships":[{"name":"n","relationshipName":"m","resourceId":"i"}],"supplementaryConfiguration":{"k":"v","k":"w"},"relatedEvents":[{"a":1},null,2]}`,
    `{"configurationItemCaptureTime":"9999-12-31T23:59:59Z","tags":{"a":{"b":1},"c":null},"relationships":{},"accountId":"1","supplementaryConfiguration":{"k":"not json","n":null}}`,
    `{"configurationItemCaptureTime":[1],"tags":[],"relationships":[],"new":{"a":null},"arn":null,"configuration":""}`,
  ];
  const rows = await normalizeRecords("config", file(...odd));
  expect(rows.map((row) => (row.metadata as { original_time: string }).original_time)).toEqual([
    "soon",
    "1e400",
    "253402300800",
    null,
    "[1]",
  ]);
  expect(rows[0]).toMatchObject({
    aws: {
      tags: '"x"',
      relationships: '"r"',
      related_events: ["e"],
      supplementary_configuration: "[1]",
      resource_creation_time: "99999999999999",
    },
    unmapped: '{"arn":7}',
  });
  expect((rows[0]!.resources as { data: string }[])[0]?.data).toBe('"not json"');
  expect(rows[1]).toMatchObject({
    aws: { tags: '[{"key":"a"}]', relationships: '[{"resourceId":"i","extra":1},7,null]' },
    unmapped: '{"configurationStateId":null,"relatedEvents":null,"configuration":null}',
  });
  expect(rows[2]).toMatchObject({
    aws: { tags: '{"a":"1","a":"2"}', supplementary_configuration: '{"k":"v","k":"w"}' },
  });
  expect(rows[2]?.aws).toMatchObject({ relationships: '[{"name":"n","relationshipName":"m","resourceId":"i"}]' });
  expect(rows[3]).toMatchObject({
    time: 253402300799000,
    aws: { supplementary_configuration: '{"k":"not json","n":null}' },
  });
  expect(rows[4]).toMatchObject({
    aws: { tags: "{}", relationships: null },
    unmapped: '{"new":{"a":null},"arn":null}',
  });
});

test("behavior: fields are read by the names of S3 files", async () => {
  const engine = await openTestEngine();
  await createNormalizedTable(engine, "items", "config", [file(FROM_API)]);
  const read = async (field: string) =>
    (await engine.all(`SELECT ${fieldSql(sourceOf("config"), field)} AS v FROM items`))[0]?.v;
  expect(await read("ARN")).toBe("arn:aws:ec2:us-east-1:111122223333:security-group/sg-0a");
  expect(await read("configurationItemCaptureTime")).toBe("2026-01-05T08:00:00.500Z");
  expect(await read("resourceCreationTime")).toBe("2026-01-01T00:00:00.000Z");
  expect(await read("configuration.ipPermissions[0].fromPort")).toBe("22");
  expect(await read("tags.Name")).toBe("web");
  expect(await read("relatedEvents[0]")).toBe("11111111-1111-4111-8111-111111111111");
  expect(await read("relationships[0].name")).toBe("Is contained in Vpc");
  expect(await read("supplementaryConfiguration.Policy.a")).toBe("1");
  engine.close();
});

test("args: what is no item is not ours", () => {
  const frame = (text: string) => frameConfig(Buffer.from(text));
  expect(frame('{"Records":[{"x":"configurationItemStatus\\":"}]}')).toBeNull();
  expect(frame('{"a":{"configurationItemStatus":1},"b":[{"configurationItem":{}}]}')).toBeNull();
  expect(frame('{"a":[],"baseConfigurationItems":[]}')).toEqual({ kind: "json-array", start: 33, envelope: {} });
  expect(frame("[1]")).toBeNull();
  expect(frame("")).toBeNull();
  expect(frame('{"configurationItem":{}}')).toEqual({ kind: "json-object", path: ["configurationItem"] });
});

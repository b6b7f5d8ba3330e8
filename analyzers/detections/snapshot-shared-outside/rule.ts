import { type CandidateTest, isOutsideAccount } from "../../../core/detection-rule.ts";
import { textsAt } from "../../../core/raw-record.ts";

const GROUPS = [
  "requestParameters.createVolumePermission.add.items.group",
  "requestParameters.launchPermission.add.items.group",
];
const ACCOUNTS = [
  "requestParameters.createVolumePermission.add.items.userId",
  "requestParameters.launchPermission.add.items.userId",
  "requestParameters.valuesToAdd",
];
const ORGANIZATIONS = [
  "requestParameters.launchPermission.add.items.organizationArn",
  "requestParameters.launchPermission.add.items.organizationalUnitArn",
];

/** Adding counts, taking away does not; the account that is added is compared with the list of ours. */
const sharesOutside: CandidateTest = (record, lists) => {
  const isOutside = (account: string | undefined): boolean =>
    account === undefined || isOutsideAccount(account, record, lists);
  const judged = [
    ...GROUPS.map((field) => ({ field, values: textsAt(record, field).filter((value) => value === "all") })),
    ...ACCOUNTS.map((field) => ({
      field,
      values: textsAt(record, field).filter((value) => value === "all" || isOutside(value.replaceAll("-", ""))),
    })),
    ...ORGANIZATIONS.map((field) => ({
      field,
      values: textsAt(record, field).filter((value) =>
        isOutside(/^arn:aws[a-z-]*:organizations::(\d{12}):/.exec(value)?.[1]),
      ),
    })),
  ];
  const reasons = judged.filter(({ values }) => values.length > 0);
  return reasons.length === 0 ? null : reasons.map(({ field, values }) => ({ field, values: values.slice(0, 5) }));
};

export default sharesOutside;

// Rendered from the folders of analyzers/detections by `npm run gen`. Do not edit.
import type { DetectionFiles } from "./detection.ts";
import adminPolicyAttached from "./detections/admin-policy-attached/rule.ts";
import bucketMadePublic from "./detections/bucket-made-public/rule.ts";
import securityGroupOpened from "./detections/security-group-opened/rule.ts";
import snapshotSharedOutside from "./detections/snapshot-shared-outside/rule.ts";

/** Every detection, in the order of their ids. */
export const DETECTIONS: readonly DetectionFiles[] = [
  {
    id: "access-key-created-for-other-user",
    ruleText: `title: Access key created for another user
id: 5f0e7c1a-0b1d-4c53-9d1e-6d1f6a6f0a06
status: experimental
description: >-
  A principal created an access key for a user other than itself. The key outlives the session that made it, which is
  how an intruder stays.
author: Logkeep
license: Apache-2.0
tags:
  - attack.persistence
  - attack.privilege-escalation
  - attack.t1098.001
logsource:
  product: aws
  service: cloudtrail
detection:
  selection:
    eventSource: iam.amazonaws.com
    eventName: CreateAccessKey
    requestParameters.userName: '?*'
    requestParameters.userName|fieldref|neq: userIdentity.userName
    errorCode: null
  condition: selection
level: medium
falsepositives:
  - Administrators and automation that hand out keys for users; roles are always another user than the one they name
logkeep:
  attack_version: "18"
  entity:
    - [recipientAccountId, userIdentity.accountId]
    - requestParameters.userName
  known_gaps:
    - A key that root makes for itself, or a user for itself, is not meant here; CreateLoginProfile and
      UpdateAccessKey give the same foothold
    - A name that CloudTrail hides compares as different
`,
    codeHash: null,
    test: null,
    runbook: `# Access key created for another user

## What it means

A long-lived credential now exists for a user that did not ask for it. It works from anywhere, without MFA, until someone deletes it.

## First five minutes

1. Ask the principal who made the key what it is for.
2. If there is no good answer: deactivate the key (do not delete it yet), and look at what it was used for.
3. Check the principal itself: it may be the one that was taken over.

## How to verify

What the new key was used for (its id is in the answer of the call):

\`\`\`sql
SELECT time_dt, api.service.name, api.operation, region, src_endpoint.ip, api.response.error
FROM cloudtrail WHERE actor."user".credential_uid = '<access key id>' ORDER BY time_dt
\`\`\`

Other keys and passwords made by the same principal:

\`\`\`sql
SELECT time_dt, api.operation, api.request.data, src_endpoint.ip
FROM cloudtrail WHERE actor."user".uid = '<principal ARN>'
  AND api.operation IN ('CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'CreateUser') ORDER BY time_dt
\`\`\`

## False positives

- User administration by people or by provisioning tools
- Key rotation that runs under a role
`,
  },
  {
    id: "admin-policy-attached",
    ruleText: `title: Administrator rights granted by policy
id: 5f0e7c1a-0b1d-4c53-9d1e-6d1f6a6f0a07
status: experimental
description: >-
  A managed administrator policy was attached, or an inline or managed policy was written that grants everything, all of
  IAM or STS, or the passing of any role.
author: Logkeep
license: Apache-2.0
tags:
  - attack.persistence
  - attack.privilege-escalation
  - attack.t1098.003
logsource:
  product: aws
  service: cloudtrail
detection:
  succeeded:
    eventSource: iam.amazonaws.com
    errorCode: null
  selection_attached:
    eventName:
      - AttachUserPolicy
      - AttachRolePolicy
      - AttachGroupPolicy
    requestParameters.policyArn|contains: 'iam::aws:policy/'
    requestParameters.policyArn|endswith:
      - /AdministratorAccess
      - /PowerUserAccess
      - /IAMFullAccess
  selection_written:
    eventName:
      - PutUserPolicy
      - PutRolePolicy
      - PutGroupPolicy
      - CreatePolicy
      - CreatePolicyVersion
    requestParameters.policyDocument: '?*'
  condition: succeeded and 1 of selection_*
level: high
falsepositives:
  - The roles that account provisioning and deployment pipelines are given; add them to the inventory and check new ones
logkeep:
  attack_version: "18"
  entity:
    - [recipientAccountId, userIdentity.accountId]
    - - requestParameters.userName
      - requestParameters.roleName
      - requestParameters.groupName
      - requestParameters.policyArn
      - requestParameters.policyName
  known_gaps:
    - SetDefaultPolicyVersion switches to a version written earlier, whose text is not in the event
    - Administrator rights through customer-managed policies of another name show when the policy is written, not when it
      is attached
    - Rights that add up from several statements or actions (the known privilege escalation paths) are not worked out
    - Permission boundaries and service control policies that take the rights away again are not considered
    - PassRole with a condition on the service, or on roles of one path, is taken as limited
`,
    codeHash: "1d6de84ccfcf0c275284a8bee7f41c0d86828d1308ee233ddc06e76187ed17d0",
    test: adminPolicyAttached,
    runbook: `# Administrator rights granted by policy

## What it means

A user, group or role can now do everything, or can give itself everything. After this, taking away one key is not enough.

## First five minutes

1. Read the policy and see who got it; detach it or delete the version if nobody vouches for it.
2. List what the entity did since, first other users, roles and keys that it made.
3. Follow the principal that granted it.

## How to verify

All changes of rights by the same principal:

\`\`\`sql
SELECT time_dt, accountid, api.operation, api.request.data, api.response.error
FROM cloudtrail WHERE api.service.name = 'iam.amazonaws.com' AND aws.read_only IS NOT TRUE
  AND actor."user".uid = '<principal ARN>' ORDER BY time_dt
\`\`\`

What was done with the role since:

\`\`\`sql
SELECT time_dt, api.service.name, api.operation, region, src_endpoint.ip, api.response.error
FROM cloudtrail WHERE actor.session.issuer = '<role ARN>' ORDER BY time_dt
\`\`\`

## False positives

- Provisioning of new accounts, and deployment roles that are meant to be administrators
- Templates that grant \`iam:PassRole\` on everything: worth tightening, but no intrusion
`,
  },
  {
    id: "bucket-made-public",
    ruleText: `title: Bucket made public or opened to another account
id: 5f0e7c1a-0b1d-4c53-9d1e-6d1f6a6f0a08
status: experimental
description: >-
  The policy or the access control list of an S3 bucket or object now lets everyone, or an account outside the
  organization, in.
author: Logkeep
license: Apache-2.0
tags:
  - attack.exfiltration
  - attack.t1537
logsource:
  product: aws
  service: cloudtrail
detection:
  succeeded:
    eventSource: s3.amazonaws.com
    errorCode: null
  selection:
    eventName:
      - PutBucketPolicy
      - PutBucketAcl
      - PutObjectAcl
      - CreateBucket
  condition: succeeded and selection
level: high
falsepositives:
  - Public web sites and downloads; log delivery accounts that AWS owns (load balancers in older regions)
logkeep:
  attack_version: "18"
  lists:
    accounts: >-
      Without \`accounts\` every account but the bucket's own counts as outside the organization
  entity:
    - [recipientAccountId, userIdentity.accountId]
    - requestParameters.bucketName
  known_gaps:
    - Whether Block Public Access stops the grant is not known from this event, nor its removal recognised
    - PutObjectAcl is a data event, seen only where data events are recorded
    - Canonical user ids in access control lists and policies name no account, so they are not judged
    - Access points, and objects written with a public access control list (PutObject), are not recognised
    - Conditions are judged by their keys, operators and plain wildcards, not by what they add up to
`,
    codeHash: "355448a612f51c992955c383dbe2287a0a01c50fad29f443cedcc150d0141df9",
    test: bucketMadePublic,
    runbook: `# Bucket made public or opened to another account

## What it means

Everyone on the internet, or an account that is not ours, may now read or write objects, unless Block Public Access stands in between.

## First five minutes

1. Look at Block Public Access of the bucket and the account: if it is on, the public grant has no effect yet.
2. Take the grant back, or switch Block Public Access on, unless the owner vouches for it.
3. If data events or access logs exist, see who read what since.

## How to verify

The history of the bucket's grants:

\`\`\`sql
SELECT time_dt, actor."user".uid, api.operation, api.request.data
FROM cloudtrail WHERE api.service.name = 's3.amazonaws.com' AND aws.read_only IS NOT TRUE
  AND json_extract_string(api.request.data, '$.bucketName') = '<bucket>' ORDER BY time_dt
\`\`\`

Access from outside, where data events are recorded:

\`\`\`sql
SELECT src_endpoint.ip, actor."user".account.uid, api.operation, count(*) AS calls
FROM cloudtrail WHERE aws.event_category = 'Data'
  AND json_extract_string(api.request.data, '$.bucketName') = '<bucket>' GROUP BY ALL ORDER BY calls DESC
\`\`\`

## False positives

- Web sites, public downloads and package mirrors
- Log delivery from accounts that AWS owns
`,
  },
  {
    id: "cloudtrail-weakened",
    ruleText: `title: CloudTrail stopped, deleted or weakened
id: 5f0e7c1a-0b1d-4c53-9d1e-6d1f6a6f0a03
status: experimental
description: >-
  A trail was stopped or deleted, sent elsewhere, or changed so that it records less. Whoever does this does not want the
  next step to be seen.
author: Logkeep
license: Apache-2.0
tags:
  - attack.defense-evasion
  - attack.t1562.008
logsource:
  product: aws
  service: cloudtrail
detection:
  succeeded:
    eventSource: cloudtrail.amazonaws.com
    errorCode: null
  selection_stopped:
    eventName:
      - StopLogging
      - DeleteTrail
  selection_changed:
    - eventName: UpdateTrail
      requestParameters.s3BucketName: '?*'
    - eventName: UpdateTrail
      requestParameters.kmsKeyId|exists: true
    - eventName: UpdateTrail
      requestParameters.isMultiRegionTrail: false
    - eventName: UpdateTrail
      requestParameters.includeGlobalServiceEvents: false
    - eventName: UpdateTrail
      requestParameters.enableLogFileValidation: false
    - eventName: UpdateTrail
      requestParameters.isOrganizationTrail: false
  selection_narrowed:
    - eventName: PutEventSelectors
      requestParameters.eventSelectors.includeManagementEvents: false
    - eventName: PutEventSelectors
      requestParameters.eventSelectors.excludeManagementEventSources: '?*'
    - eventName: PutEventSelectors
      requestParameters.eventSelectors.readWriteType: [ReadOnly, WriteOnly]
  selection_advanced:
    eventName: PutEventSelectors
    requestParameters.advancedEventSelectors|exists: true
  filter_advanced_management:
    requestParameters.advancedEventSelectors.fieldSelectors.equals: Management
  selection_insights:
    eventName: PutInsightSelectors
    requestParameters.insightSelectors|exists: true
    requestParameters.insightSelectors.insightType|exists: false
  condition: >-
    succeeded and (selection_stopped or selection_changed or selection_narrowed or selection_insights
    or (selection_advanced and not filter_advanced_management))
level: high
falsepositives:
  - A change of the logging set-up that was announced; it comes from the automation that owns the trail
logkeep:
  attack_version: "18"
  entity:
    - [recipientAccountId, userIdentity.accountId]
    - [requestParameters.name, requestParameters.trailName]
  known_gaps:
    - UpdateTrail names the bucket and the key even when they stay the same; the change itself is not compared
    - Advanced selectors that keep management events but leave out single event sources are not recognised
    - A second selector that still records everything does not silence the rule
    - The trail's bucket, its policy, its key and its delivery can be broken without any of these calls
`,
    codeHash: null,
    test: null,
    runbook: `# CloudTrail stopped, deleted or weakened

## What it means

From now on some calls leave no trace in this log. It is often the first thing an intruder does, and rarely the last.

## First five minutes

1. Switch the trail on again, or put back its bucket, key, regions and selectors, before anything else.
2. Find out who did it, and what they did before and since; another trail, an organization trail or the console's event history (90 days) may still show it.
3. Treat the time without logging as unobserved when you later say what did not happen.

## How to verify

What this principal did around it:

\`\`\`sql
SELECT time_dt, api.service.name, api.operation, region, src_endpoint.ip, api.response.error
FROM cloudtrail WHERE actor."user".uid = '<principal ARN>' ORDER BY time_dt
\`\`\`

All changes to trails:

\`\`\`sql
SELECT time_dt, accountid, actor."user".uid, api.operation, api.request.data, api.response.error
FROM cloudtrail WHERE api.service.name = 'cloudtrail.amazonaws.com' AND aws.read_only IS NOT TRUE ORDER BY time_dt
\`\`\`

Where the log goes quiet, by hour:

\`\`\`sql
SELECT time_bucket(INTERVAL 1 HOUR, time_dt) AS hour, count(*) AS events
FROM cloudtrail WHERE accountid = '<account>' GROUP BY hour ORDER BY hour
\`\`\`

## False positives

- The automation that owns the trail, in a change that was announced
- UpdateTrail calls that repeat the bucket and key unchanged
`,
  },
  {
    id: "config-recorder-stopped",
    ruleText: `title: AWS Config recorder, channel or rules removed
id: 5f0e7c1a-0b1d-4c53-9d1e-6d1f6a6f0a04
status: experimental
description: >-
  AWS Config stopped recording, lost its delivery channel, or lost rules that watch resources. Changes made from now on
  leave no configuration history.
author: Logkeep
license: Apache-2.0
tags:
  - attack.defense-evasion
  - attack.t1562.008
logsource:
  product: aws
  service: cloudtrail
detection:
  selection:
    eventSource: config.amazonaws.com
    eventName:
      - StopConfigurationRecorder
      - DeleteConfigurationRecorder
      - DeleteDeliveryChannel
      - DeleteConfigRule
      - DeleteConformancePack
      - DeleteOrganizationConfigRule
      - DeleteOrganizationConformancePack
      - DeleteConfigurationAggregator
    errorCode: null
  filter_services:
    userIdentity.invokedBy:
      - controltower.amazonaws.com
      - fms.amazonaws.com
      - securityhub.amazonaws.com
      - config-conforms.amazonaws.com
      - config-multiaccountsetup.amazonaws.com
  filter_service_roles:
    userIdentity.sessionContext.sessionIssuer.arn|contains:
      - ':role/aws-service-role/'
      - ':role/AWSControlTowerExecution'
      - ':role/service-role/AWSControlTower'
  condition: selection and not 1 of filter_*
level: high
falsepositives:
  - Cost saving in a sandbox account; a deployment that replaces a rule by deleting and creating it
logkeep:
  attack_version: "18"
  entity:
    - [recipientAccountId, userIdentity.accountId]
    - [userIdentity.arn, userIdentity.principalId]
  known_gaps:
    - A recorder that is changed to record fewer resource types (PutConfigurationRecorder) is not recognised
    - Someone who can assume the Control Tower execution role is left out together with Control Tower itself
`,
    codeHash: null,
    test: null,
    runbook: `# AWS Config recorder, channel or rules removed

## What it means

Configuration changes are no longer recorded, delivered or judged in this account and region, so a later change can go unseen.

## First five minutes

1. Start the recorder, or put back the channel or the rules.
2. Ask the team that owns the account; if it was not them, follow the principal.
3. Once recording is back, compare the resources with their last recorded state.

## How to verify

What this principal did around it:

\`\`\`sql
SELECT time_dt, api.service.name, api.operation, region, src_endpoint.ip, api.response.error
FROM cloudtrail WHERE actor."user".uid = '<principal ARN>' ORDER BY time_dt
\`\`\`

Other calls against AWS Config in the organization:

\`\`\`sql
SELECT time_dt, accountid, region, actor."user".uid, api.operation
FROM cloudtrail WHERE api.service.name = 'config.amazonaws.com' AND aws.read_only IS NOT TRUE ORDER BY time_dt
\`\`\`

## False positives

- Infrastructure code that replaces a rule by deleting and creating it
- Sandboxes that switch recording off to save money
`,
  },
  {
    id: "console-login-without-mfa",
    ruleText: `title: IAM user signed in to the console without MFA
id: 5f0e7c1a-0b1d-4c53-9d1e-6d1f6a6f0a02
status: experimental
description: >-
  An IAM user signed in to the console with a password alone. A password that leaked, was guessed or was phished is
  enough to become this user.
author: Logkeep
license: Apache-2.0
tags:
  - attack.initial-access
  - attack.t1078.004
logsource:
  product: aws
  service: cloudtrail
detection:
  selection:
    eventSource: signin.amazonaws.com
    eventName: ConsoleLogin
    userIdentity.type: IAMUser
    responseElements.ConsoleLogin: Success
    additionalEventData.MFAUsed: 'No'
  filter_saml:
    additionalEventData.SamlProviderArn|exists: true
  filter_identity_center:
    userIdentity.arn|contains: AWSReservedSSO
  condition: selection and not 1 of filter_*
level: medium
falsepositives:
  - The first sign-in of a new user, before a device is enrolled
logkeep:
  attack_version: "18"
  entity:
    - [recipientAccountId, userIdentity.accountId]
    - [userIdentity.arn, userIdentity.userName]
  known_gaps:
    - Users and accounts younger than three days are not skipped yet, which needs their creation times
    - Federated sign-ins are left out, since their second factor is the identity provider's affair and not in this log
`,
    codeHash: null,
    test: null,
    runbook: `# IAM user signed in to the console without MFA

## What it means

The password of an IAM user was enough to sign in. If the password was stolen, so is everything that the user may do.

## First five minutes

1. Ask the user whether they signed in, from this address.
2. If not: delete the login profile, deactivate the access keys, and end the sessions with a policy on \`aws:TokenIssueTime\`.
3. Either way, enrol a device or remove the login profile: people belong into the identity provider.

## How to verify

Sign-ins of this user, and from where:

\`\`\`sql
SELECT time_dt, src_endpoint.ip, is_mfa, status, http_request.user_agent
FROM cloudtrail WHERE class_uid = 3002 AND actor."user".uid = '<user ARN>' ORDER BY time_dt
\`\`\`

What the user did afterwards:

\`\`\`sql
SELECT time_dt, api.service.name, api.operation, region, src_endpoint.ip, api.response.error
FROM cloudtrail WHERE actor."user".uid = '<principal ARN>' ORDER BY time_dt
\`\`\`

## False positives

- The first sign-in of a new user
- A break-glass user whose device is kept in a safe, which is a finding of its own
`,
  },
  {
    id: "guardduty-disabled",
    ruleText: `title: GuardDuty detector deleted or disabled
id: 5f0e7c1a-0b1d-4c53-9d1e-6d1f6a6f0a05
status: experimental
description: GuardDuty was switched off in a region of an account, by deleting its detector or by disabling it.
author: Logkeep
license: Apache-2.0
tags:
  - attack.defense-evasion
  - attack.t1562.001
logsource:
  product: aws
  service: cloudtrail
detection:
  succeeded:
    eventSource: guardduty.amazonaws.com
    errorCode: null
  selection_deleted:
    eventName: DeleteDetector
  selection_disabled:
    eventName: UpdateDetector
    requestParameters.enable: false
  condition: succeeded and 1 of selection_*
level: high
falsepositives:
  - An account that is being closed, or a region that is no longer used
logkeep:
  attack_version: "18"
  entity:
    - [recipientAccountId, userIdentity.accountId]
    - awsRegion
    - requestParameters.detectorId
  known_gaps:
    - Trusted address lists, suppression filters, and members that are disassociated blind GuardDuty as well
    - Single features that are switched off while the detector stays on are not recognised
`,
    codeHash: null,
    test: null,
    runbook: `# GuardDuty detector deleted or disabled

## What it means

Threat detection is off in this region of this account. Deleting the detector also deletes its findings.

## First five minutes

1. Enable the detector again; in an organization let the administrator account do so, which members cannot undo.
2. Export findings that are left, and look at what GuardDuty reported just before.
3. Follow the principal.

## How to verify

What this principal did around it:

\`\`\`sql
SELECT time_dt, api.service.name, api.operation, region, src_endpoint.ip, api.response.error
FROM cloudtrail WHERE actor."user".uid = '<principal ARN>' ORDER BY time_dt
\`\`\`

Other calls that weaken GuardDuty:

\`\`\`sql
SELECT time_dt, accountid, region, actor."user".uid, api.operation, api.request.data
FROM cloudtrail WHERE api.service.name = 'guardduty.amazonaws.com' AND aws.read_only IS NOT TRUE ORDER BY time_dt
\`\`\`

## False positives

- An account that is being closed
- A region that is taken out of use, together with a policy that denies it
`,
  },
  {
    id: "instance-credentials-outside",
    ruleText: `title: EC2 instance credentials used from outside
id: 5f0e7c1a-0b1d-4c53-9d1e-6d1f6a6f0a12
status: experimental
description: >-
  The credentials of an EC2 instance made a call from a public address that is not one of the organization's own. They
  were most likely read from the instance's metadata and taken elsewhere.
author: Logkeep
license: Apache-2.0
tags:
  - attack.credential-access
  - attack.t1552.005
logsource:
  product: aws
  service: cloudtrail
detection:
  selection:
    userIdentity.type: AssumedRole
    # An instance's session is named after the instance.
    userIdentity.arn|re: ':assumed-role/[^/]+/i-[0-9a-f]{8,17}$'
    # An address, not the name of a service.
    sourceIPAddress|re: '^[0-9a-fA-F.:]+$'
  filter_private:
    sourceIPAddress|cidr:
      - 10.0.0.0/8
      - 172.16.0.0/12
      - 192.168.0.0/16
      - 100.64.0.0/10
      - 169.254.0.0/16
      - 127.0.0.0/8
      - fc00::/7
      - fe80::/10
      - ::1/128
  filter_own:
    sourceIPAddress|cidr|expand: '%egress_addresses%'
  filter_service:
    userIdentity.invokedBy|exists: true
  filter_agent:
    eventSource:
      - ssm.amazonaws.com
      - ssmmessages.amazonaws.com
      - ec2messages.amazonaws.com
    eventName:
      - UpdateInstanceInformation
      - ListInstanceAssociations
      - ListAssociations
      - UpdateInstanceAssociationStatus
      - PutInventory
      - PutComplianceItems
      - GetDeployablePatchSnapshotForInstance
      - GetManifest
      - CreateControlChannel
      - CreateDataChannel
      - OpenControlChannel
      - OpenDataChannel
  condition: selection and not 1 of filter_*
level: high
falsepositives:
  - An instance with a public address or a NAT gateway that is missing from \`egress_addresses\`
logkeep:
  attack_version: "18"
  lists:
    egress_addresses: >-
      Without \`egress_addresses\` every public address counts as outside, also the NAT gateways and the instances' own
      public addresses: expect one alert for each such instance until the list is filled
  entity:
    - [recipientAccountId, userIdentity.accountId]
    - userIdentity.arn
  known_gaps:
    - Credentials that are used from another machine behind the same egress address, or through a VPC endpoint
    - Addresses of AWS itself are not told apart, so a thief who works from EC2 looks like any other
    - Tasks on ECS and functions on Lambda name their sessions otherwise
    - Calls of the Systems Manager agent are left out by name
`,
    codeHash: null,
    test: null,
    runbook: `# EC2 instance credentials used from outside

## What it means

Credentials that only the instance should hold were used from an address that is not ours. The usual way: a web application that can
be made to fetch \`169.254.169.254\`.

## First five minutes

1. Check the address: is it a NAT gateway or a public address of ours that \`egress_addresses\` lacks?
2. If not: revoke the role's sessions (a deny policy on \`aws:TokenIssueTime\`), which also stops the instance's own, until it fetches new ones.
3. Isolate the instance, keep its disk, and require IMDSv2.

## How to verify

What was done with the session, and from where:

\`\`\`sql
SELECT time_dt, src_endpoint.ip, api.service.name, api.operation, api.response.error, http_request.user_agent
FROM cloudtrail WHERE actor."user".uid = '<session ARN>' ORDER BY time_dt
\`\`\`

Who else used the address:

\`\`\`sql
SELECT accountid, actor."user".uid, api.operation, count(*) AS calls, min(time_dt), max(time_dt)
FROM cloudtrail WHERE src_endpoint.ip = '<address>' GROUP BY ALL ORDER BY calls DESC
\`\`\`

## False positives

- NAT gateways, proxies and public addresses that are missing from \`egress_addresses\`
`,
  },
  {
    id: "kms-key-deletion-scheduled",
    ruleText: `title: KMS key disabled or scheduled for deletion
id: 5f0e7c1a-0b1d-4c53-9d1e-6d1f6a6f0a11
status: experimental
description: >-
  A KMS key was disabled, scheduled for deletion, or had its key material deleted or replaced. What it encrypts can no
  longer be read, which is how data in AWS is held to ransom.
author: Logkeep
license: Apache-2.0
tags:
  - attack.impact
  - attack.t1485
logsource:
  product: aws
  service: cloudtrail
detection:
  selection:
    eventSource: kms.amazonaws.com
    eventName:
      - ScheduleKeyDeletion
      - DisableKey
      - DeleteImportedKeyMaterial
      - ImportKeyMaterial
    errorCode: null
  condition: selection
level: high
falsepositives:
  - Infrastructure code that removes a stack with its key; the rotation of imported key material
logkeep:
  attack_version: "18"
  entity:
    - [recipientAccountId, userIdentity.accountId]
    - [requestParameters.keyId, resources.ARN]
  known_gaps:
    - Keys of other accounts and of external key stores can be taken away without a call in this log
    - A key policy that shuts everyone out has the same effect and is not recognised
`,
    codeHash: null,
    test: null,
    runbook: `# KMS key disabled or scheduled for deletion

## What it means

Data under this key can no longer be decrypted: at once for a disabled key or deleted material, after 7 to 30 days for a scheduled
deletion. Until then it can be undone.

## First five minutes

1. Cancel the deletion (CancelKeyDeletion, then EnableKey); for deleted material, import it again.
2. Find out what the key encrypts and whether anything fails already.
3. Follow the principal: several keys at once is how ransom begins.

## How to verify

Keys touched by the same principal:

\`\`\`sql
SELECT time_dt, accountid, region, api.operation, api.request.data
FROM cloudtrail WHERE api.service.name = 'kms.amazonaws.com' AND aws.read_only IS NOT TRUE
  AND actor."user".uid = '<principal ARN>' ORDER BY time_dt
\`\`\`

Who still uses the key:

\`\`\`sql
SELECT actor."user".uid, api.operation, count(*) AS calls, max(time_dt)
FROM cloudtrail WHERE api.service.name = 'kms.amazonaws.com' AND contains(aws.resources, '<key ARN>') GROUP BY ALL ORDER BY calls DESC
\`\`\`

## False positives

- Stacks that are removed together with their keys
- Rotation of imported key material
`,
  },
  {
    id: "root-console-login",
    ruleText: `title: Root user signed in to the console
id: 5f0e7c1a-0b1d-4c53-9d1e-6d1f6a6f0a01
status: experimental
description: >-
  The root user of an account signed in to the console. Root bypasses IAM policies and most accounts never need it after
  their first day.
author: Logkeep
license: Apache-2.0
tags:
  - attack.initial-access
  - attack.privilege-escalation
  - attack.t1078.004
logsource:
  product: aws
  service: cloudtrail
detection:
  selection:
    eventSource: signin.amazonaws.com
    eventName: ConsoleLogin
    userIdentity.type: Root
    responseElements.ConsoleLogin: Success
  condition: selection
level: high
falsepositives:
  - A planned break-glass test, or one of the few tasks that only root can do
logkeep:
  attack_version: "18"
  entity:
    - [recipientAccountId, userIdentity.accountId]
    - [userIdentity.arn, userIdentity.principalId]
  known_gaps:
    - Root calls made with root access keys, or through a session that began before the log does, show no sign-in
    - Root sessions taken centrally from the management account (AssumeRoot) are no console sign-ins
`,
    codeHash: null,
    test: null,
    runbook: `# Root user signed in to the console

## What it means

Someone who holds the root password of an account (and its second factor, if there is one) is in the console. Root is above IAM:
only service control policies hold it back.

## First five minutes

1. Find the owner of the account and ask whether they, at this time and from this address, signed in.
2. If nobody did: reset the root password and second factor through the account's e-mail address or, in an organization, from the management account; check that the e-mail address itself is still ours.
3. Look at what root has done since, first at new access keys, users, and changes of contact details.

## How to verify

What root did in this account:

\`\`\`sql
SELECT time_dt, api.service.name, api.operation, region, src_endpoint.ip, api.response.error
FROM cloudtrail WHERE accountid = '<account>' AND actor."user".type = 'Root' ORDER BY time_dt
\`\`\`

Who else used the address:

\`\`\`sql
SELECT accountid, actor."user".uid, api.operation, count(*) AS calls, min(time_dt), max(time_dt)
FROM cloudtrail WHERE src_endpoint.ip = '<address>' GROUP BY ALL ORDER BY calls DESC
\`\`\`

## False positives

- A break-glass exercise that was announced
- One of the few tasks that only root can do, such as closing the account
`,
  },
  {
    id: "security-group-opened",
    ruleText: `title: Security group opened to the world on an admin or database port
id: 5f0e7c1a-0b1d-4c53-9d1e-6d1f6a6f0a09
status: experimental
description: >-
  A security group now lets the whole internet, or a very large part of it, reach a port that administrators or databases
  use, or all ports.
author: Logkeep
license: Apache-2.0
tags:
  - attack.defense-evasion
  - attack.persistence
  - attack.t1562.007
logsource:
  product: aws
  service: cloudtrail
detection:
  selection:
    eventSource: ec2.amazonaws.com
    eventName:
      - AuthorizeSecurityGroupIngress
      - ModifySecurityGroupRules
    errorCode: null
  condition: selection
level: high
falsepositives:
  - Bastion hosts and honeypots that are meant to be reached
logkeep:
  attack_version: "18"
  entity:
    - [recipientAccountId, userIdentity.accountId]
    - - requestParameters.groupId
      - requestParameters.groupName
      - requestParameters.ModifySecurityGroupRulesRequest.GroupId
  known_gaps:
    - Groups that are meant to face the internet cannot be listed yet
    - ModifySecurityGroupRules does not say whether the rule is an inbound one
    - Many small networks that together make the world, and prefix lists, are not added up
    - Default VPCs, network ACLs, and load balancers that lead to the port are not looked at
`,
    codeHash: "6a98310bb1c873bd83b99330f7a04400b0cd207cfea7915863e7a1792d0a8b8c",
    test: securityGroupOpened,
    runbook: `# Security group opened to the world on an admin or database port

## What it means

Machines in this group can be reached from anywhere on a port where one signs in or reads data. Scanners find such a port within minutes.

## First five minutes

1. See which network interfaces use the group, and whether they have public addresses.
2. Narrow the rule to the networks that need it.
3. Look for connections that were accepted since.

## How to verify

Changes of this group:

\`\`\`sql
SELECT time_dt, actor."user".uid, api.operation, api.request.data
FROM cloudtrail WHERE api.service.name = 'ec2.amazonaws.com' AND contains(api.request.data, '<security group id>') ORDER BY time_dt
\`\`\`

What the principal did around it:

\`\`\`sql
SELECT time_dt, api.service.name, api.operation, region, src_endpoint.ip, api.response.error
FROM cloudtrail WHERE actor."user".uid = '<principal ARN>' ORDER BY time_dt
\`\`\`

## False positives

- Bastion hosts that are meant to be open
- Short-lived test machines in accounts without data
`,
  },
  {
    id: "snapshot-shared-outside",
    ruleText: `title: Snapshot or image shared outside the organization
id: 5f0e7c1a-0b1d-4c53-9d1e-6d1f6a6f0a10
status: experimental
description: >-
  A disk snapshot, a machine image or a database snapshot was shared with everyone or with an account that is not ours.
  Whoever it is shared with can copy all data in it.
author: Logkeep
license: Apache-2.0
tags:
  - attack.exfiltration
  - attack.t1537
logsource:
  product: aws
  service: cloudtrail
detection:
  selection_ec2:
    eventSource: ec2.amazonaws.com
    eventName:
      - ModifySnapshotAttribute
      - ModifyImageAttribute
    errorCode: null
  selection_rds:
    eventSource: rds.amazonaws.com
    eventName:
      - ModifyDBSnapshotAttribute
      - ModifyDBClusterSnapshotAttribute
    requestParameters.attributeName: restore
    errorCode: null
  condition: 1 of selection_*
level: high
falsepositives:
  - Images that are published on purpose; backup vendors with an account of their own
logkeep:
  attack_version: "18"
  lists:
    accounts: >-
      Without \`accounts\` every account but the snapshot's own counts as outside the organization
  entity:
    - [recipientAccountId, userIdentity.accountId]
    - - requestParameters.snapshotId
      - requestParameters.imageId
      - requestParameters.dBSnapshotIdentifier
      - requestParameters.dBClusterSnapshotIdentifier
  known_gaps:
    - Whoever can use the key of an encrypted snapshot is not looked at
    - Copies that another account makes of a snapshot shared long ago show only in that account
    - Sharing of Redshift, FSx, Aurora clones and AWS Backup vaults has calls of its own
    - An organization or unit that an image is shared with is judged by the management account in its ARN
`,
    codeHash: "54a3d692249e84c8106855da37698e1fc51acee212b11dfc987eea762e1ebd59",
    test: snapshotSharedOutside,
    runbook: `# Snapshot or image shared outside the organization

## What it means

All data on the disk, image or database can be copied by whoever it was shared with. A copy cannot be called back.

## First five minutes

1. Take the sharing back at once: it does not hurt a rightful receiver for long.
2. Find out whose account it is, and whether the snapshot was copied meanwhile (a shared snapshot that was copied shows CopySnapshot or SharedSnapshotCopyInitiated).
3. Find out what the snapshot held, and who must be told.

## How to verify

What else was shared, copied or made by the same principal:

\`\`\`sql
SELECT time_dt, accountid, region, api.operation, api.request.data
FROM cloudtrail WHERE actor."user".uid = '<principal ARN>' AND api.operation ILIKE '%snapshot%' ORDER BY time_dt
\`\`\`

Everything about this snapshot:

\`\`\`sql
SELECT time_dt, accountid, actor."user".uid, api.operation
FROM cloudtrail WHERE contains(api.request.data, '<snapshot id>') ORDER BY time_dt
\`\`\`

## False positives

- Backup vendors, and partners that receive images by contract: put their accounts into \`accounts\`
- Images that are published on purpose
`,
  },
];

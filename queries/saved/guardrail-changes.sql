/*
title: Guardrails switched off or weakened
group: guardrails
description: >-
  Who switched off or weakened GuardDuty, Security Hub, Macie, Inspector, Access Analyzer, WAF, public access blocks,
  instance metadata protection or alerting rules, or tried to?
notes:
  - >-
    Logging itself is in `logging-changes`, policies of the organization in `organization-changes`.
  - >-
    An update is listed whatever it changed, since switching a part off is an update: read the request in
    `principal-timeline` or the raw record.
  - >-
    Refused attempts are listed with their error.
tables: [cloudtrail]
parameters:
  - { name: account, type: account, help: Only this account, example: "111122223333" }
  - { name: limit, type: integer, default: "500", help: Rows at most, example: "500" }
*/
WITH changes AS (
  SELECT
    time_dt,
    accountid,
    region,
    api.service.name AS service,
    api.operation AS operation,
    CASE
      WHEN api.service.name = 'guardduty.amazonaws.com' AND api.operation IN (
        'DeleteDetector', 'UpdateDetector', 'DisassociateFromMasterAccount', 'DisassociateFromAdministratorAccount',
        'DeleteMembers', 'DisassociateMembers', 'StopMonitoringMembers', 'CreateFilter', 'UpdateFilter', 'CreateIPSet',
        'UpdateIPSet', 'DeletePublishingDestination', 'DisableOrganizationAdminAccount') THEN 'GuardDuty'
      WHEN api.service.name = 'securityhub.amazonaws.com' AND api.operation IN (
        'DisableSecurityHub', 'BatchDisableStandards', 'UpdateStandardsControl', 'DisassociateFromAdministratorAccount',
        'DisassociateMembers', 'DeleteMembers', 'DisableImportFindingsForProduct', 'CreateAutomationRule')
        THEN 'Security Hub'
      WHEN api.service.name = 'macie2.amazonaws.com' AND api.operation IN (
        'DisableMacie', 'UpdateMacieSession', 'CreateFindingsFilter', 'DisassociateMember') THEN 'Macie'
      WHEN api.service.name = 'inspector2.amazonaws.com' AND api.operation IN (
        'Disable', 'DisassociateMember', 'CreateFilter') THEN 'Inspector'
      WHEN api.service.name = 'access-analyzer.amazonaws.com' AND api.operation IN (
        'DeleteAnalyzer', 'CreateArchiveRule', 'UpdateArchiveRule') THEN 'Access Analyzer'
      WHEN api.service.name IN ('wafv2.amazonaws.com', 'waf.amazonaws.com', 'waf-regional.amazonaws.com')
        AND (api.operation LIKE 'Delete%' OR api.operation LIKE 'Disassociate%') THEN 'WAF'
      WHEN api.service.name = 's3.amazonaws.com' AND api.operation IN (
        'DeleteBucketPublicAccessBlock', 'DeleteAccountPublicAccessBlock', 'PutBucketPublicAccessBlock',
        'PutAccountPublicAccessBlock') THEN 'S3 public access block'
      WHEN api.service.name = 'ec2.amazonaws.com' AND api.operation IN (
        'ModifyInstanceMetadataOptions', 'ModifyInstanceMetadataDefaults', 'EnableSerialConsoleAccess',
        'DisableSnapshotBlockPublicAccess', 'DisableImageBlockPublicAccess', 'ModifyVpcBlockPublicAccessOptions')
        THEN 'EC2 protection'
      WHEN api.service.name = 'config.amazonaws.com' AND api.operation IN (
        'DeleteConfigRule', 'DeleteOrganizationConfigRule', 'DeleteConformancePack', 'DeleteRemediationConfiguration')
        THEN 'Config rules'
      WHEN api.service.name IN ('events.amazonaws.com', 'monitoring.amazonaws.com', 'sns.amazonaws.com')
        AND api.operation IN (
          'DisableRule', 'DeleteRule', 'RemoveTargets', 'DeleteAlarms', 'DisableAlarmActions', 'DeleteTopic', 'Unsubscribe')
        THEN 'alerting'
    END AS guardrail,
    COALESCE(actor.session.issuer, actor."user".uid, actor."user".uid_alt, actor.invoked_by, 'unknown') AS principal,
    src_endpoint.ip AS ip,
    api.response.error AS error,
    metadata.uid AS event_id
  FROM cloudtrail
  WHERE COALESCE(aws.read_only, false) = false
    AND ($account IS NULL OR accountid = $account)
)
SELECT
  time_dt AS event_at,
  accountid AS account,
  region,
  guardrail,
  operation,
  principal,
  ip AS source,
  error,
  event_id
FROM changes
WHERE guardrail IS NOT NULL
ORDER BY event_at, account, event_id
LIMIT $limit

// Rendered from the folders of analyzers/detections by `npm run gen`. Do not edit.
import type { CaseCatalog } from "./testing/read-cases.ts";

/** The cases of every detection, by id and file name. */
export const DETECTION_CASES: CaseCatalog = {
  "access-key-created-for-other-user": {
    "match-by-role.json": {
      "doc": "a role has no user name, so any user is another",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateAccessKey",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "userName": "bob"
        },
        "responseElements": {
          "accessKey": {
            "userName": "bob",
            "accessKeyId": "AKIAEXAMPLE000000002",
            "status": "Active",
            "createDate": "Mar 2, 2026, 10:15:00 AM"
          }
        },
        "requestID": "00000000-0000-4000-8000-000000000015",
        "eventID": "10000000-0000-4000-8000-000000000015",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-other-user.json": {
      "doc": "a key for another user",
      "entity": "111122223333 bob",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateAccessKey",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "userName": "bob"
        },
        "responseElements": {
          "accessKey": {
            "userName": "bob",
            "accessKeyId": "AKIAEXAMPLE000000002",
            "status": "Active",
            "createDate": "Mar 2, 2026, 10:15:00 AM"
          }
        },
        "requestID": "00000000-0000-4000-8000-000000000014",
        "eventID": "10000000-0000-4000-8000-000000000014",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-denied.json": {
      "doc": "the call was denied",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateAccessKey",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "userName": "bob"
        },
        "responseElements": {
          "accessKey": {
            "userName": "bob",
            "accessKeyId": "AKIAEXAMPLE000000002",
            "status": "Active",
            "createDate": "Mar 2, 2026, 10:15:00 AM"
          }
        },
        "requestID": "00000000-0000-4000-8000-000000000014",
        "eventID": "10000000-0000-4000-8000-000000000014",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "errorCode": "AccessDenied"
      }
    },
    "near-miss-no-name.json": {
      "doc": "no name means oneself",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateAccessKey",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": {
          "accessKey": {
            "userName": "bob",
            "accessKeyId": "AKIAEXAMPLE000000002",
            "status": "Active",
            "createDate": "Mar 2, 2026, 10:15:00 AM"
          }
        },
        "requestID": "00000000-0000-4000-8000-000000000014",
        "eventID": "10000000-0000-4000-8000-000000000014",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-self-in-capitals.json": {
      "doc": "IAM names are the same in any case",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateAccessKey",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "userName": "ALICE"
        },
        "responseElements": {
          "accessKey": {
            "userName": "bob",
            "accessKeyId": "AKIAEXAMPLE000000002",
            "status": "Active",
            "createDate": "Mar 2, 2026, 10:15:00 AM"
          }
        },
        "requestID": "00000000-0000-4000-8000-000000000014",
        "eventID": "10000000-0000-4000-8000-000000000014",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-self.json": {
      "doc": "a key for oneself",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateAccessKey",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "userName": "alice"
        },
        "responseElements": {
          "accessKey": {
            "userName": "bob",
            "accessKeyId": "AKIAEXAMPLE000000002",
            "status": "Active",
            "createDate": "Mar 2, 2026, 10:15:00 AM"
          }
        },
        "requestID": "00000000-0000-4000-8000-000000000014",
        "eventID": "10000000-0000-4000-8000-000000000014",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
  },
  "admin-policy-attached": {
    "match-attached.json": {
      "doc": "administrator rights for a user",
      "entity": "111122223333 bob",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "AttachUserPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "userName": "bob",
          "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000016",
        "eventID": "10000000-0000-4000-8000-000000000016",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-iam-star.json": {
      "doc": "all of IAM",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "PutRolePolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "roleName": "Deploy",
          "policyName": "inline",
          "policyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"s3:GetObject\", \"IAM:*\"], \"Resource\": [\"*\"]}]}"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000017",
        "eventID": "10000000-0000-4000-8000-000000000017",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-not-action.json": {
      "doc": "everything but S3",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "PutRolePolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "roleName": "Deploy",
          "policyName": "inline",
          "policyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"NotAction\": \"s3:*\", \"Resource\": \"*\"}]}"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000017",
        "eventID": "10000000-0000-4000-8000-000000000017",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-pass-role.json": {
      "doc": "any role may be passed",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "PutRolePolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "roleName": "Deploy",
          "policyName": "inline",
          "policyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"iam:PassRole\", \"Resource\": \"*\"}]}"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000017",
        "eventID": "10000000-0000-4000-8000-000000000017",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-star.json": {
      "doc": "everything on everything",
      "entity": "111122223333 Deploy",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "PutRolePolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "roleName": "Deploy",
          "policyName": "inline",
          "policyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000017",
        "eventID": "10000000-0000-4000-8000-000000000017",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-url-encoded.json": {
      "doc": "URL-encoded text",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "PutRolePolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "roleName": "Deploy",
          "policyName": "inline",
          "policyDocument": "%7B%22Version%22%3A%20%222012-10-17%22%2C%20%22Statement%22%3A%20%5B%7B%22Effect%22%3A%20%22Allow%22%2C%20%22Action%22%3A%20%22%2A%22%2C%20%22Resource%22%3A%20%22%2A%22%7D%5D%7D"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000017",
        "eventID": "10000000-0000-4000-8000-000000000017",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-denied.json": {
      "doc": "the call was denied",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "AttachUserPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "userName": "bob",
          "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000016",
        "eventID": "10000000-0000-4000-8000-000000000016",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "errorCode": "AccessDenied"
      }
    },
    "near-miss-deny.json": {
      "doc": "a denial of everything",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "PutRolePolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "roleName": "Deploy",
          "policyName": "inline",
          "policyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}]}"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000017",
        "eventID": "10000000-0000-4000-8000-000000000017",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-not-json.json": {
      "doc": "no policy at all",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "PutRolePolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "roleName": "Deploy",
          "policyName": "inline",
          "policyDocument": "{\"Statement\":"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000017",
        "eventID": "10000000-0000-4000-8000-000000000017",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-one-role.json": {
      "doc": "one role may be passed",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "PutRolePolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "roleName": "Deploy",
          "policyName": "inline",
          "policyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"iam:PassRole\", \"Resource\": \"arn:aws:iam::111122223333:role/app\"}]}"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000017",
        "eventID": "10000000-0000-4000-8000-000000000017",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-one-service.json": {
      "doc": "all of S3",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "PutRolePolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "roleName": "Deploy",
          "policyName": "inline",
          "policyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]}"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000017",
        "eventID": "10000000-0000-4000-8000-000000000017",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-own-policy.json": {
      "doc": "a policy of ours that only ends like it",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "AttachUserPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "userName": "bob",
          "policyArn": "arn:aws:iam::111122223333:policy/AdministratorAccess"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000016",
        "eventID": "10000000-0000-4000-8000-000000000016",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-pass-to-service.json": {
      "doc": "roles may be passed to one service",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "PutRolePolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "roleName": "Deploy",
          "policyName": "inline",
          "policyDocument": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"iam:PassRole\", \"Resource\": \"*\", \"Condition\": {\"StringEquals\": {\"iam:PassedToService\": \"lambda.amazonaws.com\"}}}]}"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000017",
        "eventID": "10000000-0000-4000-8000-000000000017",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-read-only.json": {
      "doc": "read-only rights",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "AttachUserPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "userName": "bob",
          "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000016",
        "eventID": "10000000-0000-4000-8000-000000000016",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
  },
  "bucket-made-public": {
    "match-acl-canned.json": {
      "doc": "a canned public ACL",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketAcl",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "acl": "",
          "x-amz-acl": ["public-read"]
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000019",
        "eventID": "10000000-0000-4000-8000-000000000019",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-acl-grant.json": {
      "doc": "a grant to everyone",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketAcl",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "AccessControlPolicy": {
            "AccessControlList": {
              "Grant": [
                {
                  "Grantee": {
                    "xsi:type": "Group",
                    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
                    "URI": "http://acs.amazonaws.com/groups/global/AllUsers"
                  },
                  "Permission": "READ"
                }
              ]
            },
            "Owner": {
              "ID": "0000000000000000000000000000000000000000000000000000000000000001"
            }
          },
          "acl": ""
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000020",
        "eventID": "10000000-0000-4000-8000-000000000020",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-everyone-aws.json": {
      "doc": "everyone, the other spelling",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "policy": "",
          "bucketPolicy": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": {
                  "AWS": ["*"]
                },
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example-bucket/*"
              }
            ]
          }
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000018",
        "eventID": "10000000-0000-4000-8000-000000000018",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-everyone.json": {
      "doc": "everyone may read",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "entity": "111122223333 example-bucket",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "policy": "",
          "bucketPolicy": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example-bucket/*"
              }
            ]
          }
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000018",
        "eventID": "10000000-0000-4000-8000-000000000018",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-foreign-account.json": {
      "doc": "an account that is not ours",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "policy": "",
          "bucketPolicy": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": {
                  "AWS": "arn:aws:iam::999988887777:root"
                },
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example-bucket/*"
              }
            ]
          }
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000018",
        "eventID": "10000000-0000-4000-8000-000000000018",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-if-exists.json": {
      "doc": "the condition lets requests without the key pass",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "policy": "",
          "bucketPolicy": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example-bucket/*",
                "Condition": {
                  "StringEqualsIfExists": {
                    "aws:PrincipalOrgID": "o-exampleorgid"
                  }
                }
              }
            ]
          }
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000018",
        "eventID": "10000000-0000-4000-8000-000000000018",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-wide-network.json": {
      "doc": "a condition on half of the internet",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "policy": "",
          "bucketPolicy": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example-bucket/*",
                "Condition": {
                  "IpAddress": {
                    "aws:SourceIp": ["0.0.0.0/1"]
                  }
                }
              }
            ]
          }
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000018",
        "eventID": "10000000-0000-4000-8000-000000000018",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-without-accounts.json": {
      "doc": "without a list every other account counts as outside",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "policy": "",
          "bucketPolicy": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": {
                  "AWS": "222233334444"
                },
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example-bucket/*"
              }
            ]
          }
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000018",
        "eventID": "10000000-0000-4000-8000-000000000018",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-acl-log-delivery.json": {
      "doc": "a grant to log delivery",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketAcl",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "AccessControlPolicy": {
            "AccessControlList": {
              "Grant": [
                {
                  "Grantee": {
                    "xsi:type": "Group",
                    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
                    "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"
                  },
                  "Permission": "READ"
                }
              ]
            },
            "Owner": {
              "ID": "0000000000000000000000000000000000000000000000000000000000000001"
            }
          },
          "acl": ""
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000020",
        "eventID": "10000000-0000-4000-8000-000000000020",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-acl-private.json": {
      "doc": "a private ACL",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketAcl",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "acl": "",
          "x-amz-acl": ["private"]
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000019",
        "eventID": "10000000-0000-4000-8000-000000000019",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-denied.json": {
      "doc": "the call was denied",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "policy": "",
          "bucketPolicy": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example-bucket/*"
              }
            ]
          }
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000018",
        "eventID": "10000000-0000-4000-8000-000000000018",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "errorCode": "AccessDenied"
      }
    },
    "near-miss-deny.json": {
      "doc": "a denial",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "policy": "",
          "bucketPolicy": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example-bucket/*"
              }
            ]
          }
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000018",
        "eventID": "10000000-0000-4000-8000-000000000018",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-organization.json": {
      "doc": "everyone in the organization",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "policy": "",
          "bucketPolicy": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example-bucket/*",
                "Condition": {
                  "StringEquals": {
                    "aws:PrincipalOrgID": "o-exampleorgid"
                  }
                }
              }
            ]
          }
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000018",
        "eventID": "10000000-0000-4000-8000-000000000018",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-our-account.json": {
      "doc": "another account of ours",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "policy": "",
          "bucketPolicy": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": {
                  "AWS": "arn:aws:iam::222233334444:root"
                },
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example-bucket/*"
              }
            ]
          }
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000018",
        "eventID": "10000000-0000-4000-8000-000000000018",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-service.json": {
      "doc": "an AWS service",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "PutBucketPolicy",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "bucketName": "example-bucket",
          "Host": "example-bucket.s3.eu-west-1.amazonaws.com",
          "policy": "",
          "bucketPolicy": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": {
                  "Service": "cloudtrail.amazonaws.com"
                },
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::example-bucket/*"
              }
            ]
          }
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000018",
        "eventID": "10000000-0000-4000-8000-000000000018",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
  },
  "cloudtrail-weakened": {
    "match-data-events-only.json": {
      "doc": "advanced selectors without management events",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "PutEventSelectors",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "trailName": "main",
          "advancedEventSelectors": [
            {
              "name": "data only",
              "fieldSelectors": [
                {
                  "field": "eventCategory",
                  "equals": ["Data"]
                },
                {
                  "field": "resources.type",
                  "equals": ["AWS::S3::Object"]
                }
              ]
            }
          ]
        },
        "responseElements": {
          "trailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"
        },
        "requestID": "00000000-0000-4000-8000-000000000008",
        "eventID": "10000000-0000-4000-8000-000000000008",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-deleted.json": {
      "doc": "the trail deleted",
      "entity": "111122223333 main",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "DeleteTrail",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "name": "main"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000004",
        "eventID": "10000000-0000-4000-8000-000000000004",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-flag-as-text.json": {
      "doc": "the flag spelled as text",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "UpdateTrail",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "name": "main",
          "isMultiRegionTrail": "false"
        },
        "responseElements": {
          "name": "main"
        },
        "requestID": "00000000-0000-4000-8000-000000000005",
        "eventID": "10000000-0000-4000-8000-000000000005",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-insights-off.json": {
      "doc": "all Insights switched off",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "PutInsightSelectors",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "trailName": "main",
          "insightSelectors": []
        },
        "responseElements": {
          "trailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"
        },
        "requestID": "00000000-0000-4000-8000-000000000009",
        "eventID": "10000000-0000-4000-8000-000000000009",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-no-management-events.json": {
      "doc": "management events are left out",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "PutEventSelectors",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "trailName": "main",
          "eventSelectors": [
            {
              "readWriteType": "All",
              "includeManagementEvents": false,
              "dataResources": [],
              "excludeManagementEventSources": []
            }
          ]
        },
        "responseElements": {
          "trailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"
        },
        "requestID": "00000000-0000-4000-8000-000000000007",
        "eventID": "10000000-0000-4000-8000-000000000007",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-one-region.json": {
      "doc": "the trail now covers one region",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "UpdateTrail",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "name": "main",
          "isMultiRegionTrail": false
        },
        "responseElements": {
          "name": "main"
        },
        "requestID": "00000000-0000-4000-8000-000000000005",
        "eventID": "10000000-0000-4000-8000-000000000005",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-other-bucket.json": {
      "doc": "logs go to another bucket",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "UpdateTrail",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "name": "main",
          "s3BucketName": "elsewhere"
        },
        "responseElements": {
          "name": "main"
        },
        "requestID": "00000000-0000-4000-8000-000000000006",
        "eventID": "10000000-0000-4000-8000-000000000006",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-source-excluded.json": {
      "doc": "KMS events are left out",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "PutEventSelectors",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "trailName": "main",
          "eventSelectors": [
            {
              "readWriteType": "All",
              "includeManagementEvents": true,
              "dataResources": [],
              "excludeManagementEventSources": ["kms.amazonaws.com"]
            }
          ]
        },
        "responseElements": {
          "trailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"
        },
        "requestID": "00000000-0000-4000-8000-000000000007",
        "eventID": "10000000-0000-4000-8000-000000000007",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-stopped.json": {
      "doc": "logging stopped",
      "entity": "111122223333 arn:aws:cloudtrail:eu-west-1:111122223333:trail/main",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "StopLogging",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "name": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000003",
        "eventID": "10000000-0000-4000-8000-000000000003",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-all-events.json": {
      "doc": "everything is recorded",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "PutEventSelectors",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "trailName": "main",
          "eventSelectors": [
            {
              "readWriteType": "All",
              "includeManagementEvents": true,
              "dataResources": [],
              "excludeManagementEventSources": []
            }
          ]
        },
        "responseElements": {
          "trailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"
        },
        "requestID": "00000000-0000-4000-8000-000000000007",
        "eventID": "10000000-0000-4000-8000-000000000007",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-all-regions.json": {
      "doc": "the trail covers all regions",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "UpdateTrail",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "name": "main",
          "isMultiRegionTrail": true
        },
        "responseElements": {
          "name": "main"
        },
        "requestID": "00000000-0000-4000-8000-000000000005",
        "eventID": "10000000-0000-4000-8000-000000000005",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-denied.json": {
      "doc": "the call was denied",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "StopLogging",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "name": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000003",
        "eventID": "10000000-0000-4000-8000-000000000003",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "errorCode": "AccessDenied"
      }
    },
    "near-miss-insights-on.json": {
      "doc": "one Insights type is on",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "PutInsightSelectors",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "trailName": "main",
          "insightSelectors": [
            {
              "insightType": "ApiErrorRateInsight"
            }
          ]
        },
        "responseElements": {
          "trailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"
        },
        "requestID": "00000000-0000-4000-8000-000000000009",
        "eventID": "10000000-0000-4000-8000-000000000009",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-management.json": {
      "doc": "advanced selectors with management events",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "PutEventSelectors",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "trailName": "main",
          "advancedEventSelectors": [
            {
              "name": "data only",
              "fieldSelectors": [
                {
                  "field": "eventCategory",
                  "equals": ["Management"]
                },
                {
                  "field": "resources.type",
                  "equals": ["AWS::S3::Object"]
                }
              ]
            }
          ]
        },
        "responseElements": {
          "trailARN": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"
        },
        "requestID": "00000000-0000-4000-8000-000000000008",
        "eventID": "10000000-0000-4000-8000-000000000008",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-started.json": {
      "doc": "logging started",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "StartLogging",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "name": "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000003",
        "eventID": "10000000-0000-4000-8000-000000000003",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-topic.json": {
      "doc": "only the topic changed",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "UpdateTrail",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "name": "main"
        },
        "responseElements": {
          "name": "main"
        },
        "requestID": "00000000-0000-4000-8000-000000000006",
        "eventID": "10000000-0000-4000-8000-000000000006",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
  },
  "config-recorder-stopped": {
    "match-channel-deleted.json": {
      "doc": "the delivery channel deleted",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "config.amazonaws.com",
        "eventName": "DeleteDeliveryChannel",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "deliveryChannelName": "default"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000011",
        "eventID": "10000000-0000-4000-8000-000000000011",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-recorder-stopped.json": {
      "doc": "the recorder stopped",
      "entity": "111122223333 arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "config.amazonaws.com",
        "eventName": "StopConfigurationRecorder",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "configurationRecorderName": "default"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000010",
        "eventID": "10000000-0000-4000-8000-000000000010",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-control-tower.json": {
      "doc": "Control Tower did it",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          },
          "invokedBy": "controltower.amazonaws.com"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "config.amazonaws.com",
        "eventName": "StopConfigurationRecorder",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "configurationRecorderName": "default"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000010",
        "eventID": "10000000-0000-4000-8000-000000000010",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-denied.json": {
      "doc": "the call was denied",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "config.amazonaws.com",
        "eventName": "StopConfigurationRecorder",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "configurationRecorderName": "default"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000010",
        "eventID": "10000000-0000-4000-8000-000000000010",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "errorCode": "AccessDenied"
      }
    },
    "near-miss-service-role.json": {
      "doc": "a service-linked role did it",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/aws-service-role/securityhub.amazonaws.com/AWSServiceRoleForSecurityHub",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "config.amazonaws.com",
        "eventName": "StopConfigurationRecorder",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "configurationRecorderName": "default"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000010",
        "eventID": "10000000-0000-4000-8000-000000000010",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-started.json": {
      "doc": "the recorder started",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "config.amazonaws.com",
        "eventName": "StartConfigurationRecorder",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "configurationRecorderName": "default"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000010",
        "eventID": "10000000-0000-4000-8000-000000000010",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
  },
  "console-login-without-mfa": {
    "match-password-alone.json": {
      "doc": "a password and nothing else",
      "entity": "111122223333 arn:aws:iam::111122223333:user/alice",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": {
          "ConsoleLogin": "Success"
        },
        "requestID": "00000000-0000-4000-8000-000000000002",
        "eventID": "10000000-0000-4000-8000-000000000002",
        "readOnly": false,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "additionalEventData": {
          "LoginTo": "https://console.aws.amazon.com/console/home",
          "MobileVersion": "No",
          "MFAUsed": "No"
        }
      }
    },
    "near-miss-failed.json": {
      "doc": "the sign-in failed",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": {
          "ConsoleLogin": "Failure"
        },
        "requestID": "00000000-0000-4000-8000-000000000002",
        "eventID": "10000000-0000-4000-8000-000000000002",
        "readOnly": false,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "additionalEventData": {
          "LoginTo": "https://console.aws.amazon.com/console/home",
          "MobileVersion": "No",
          "MFAUsed": "No"
        }
      }
    },
    "near-miss-mfa.json": {
      "doc": "MFA was used",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": {
          "ConsoleLogin": "Success"
        },
        "requestID": "00000000-0000-4000-8000-000000000002",
        "eventID": "10000000-0000-4000-8000-000000000002",
        "readOnly": false,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "additionalEventData": {
          "LoginTo": "https://console.aws.amazon.com/console/home",
          "MobileVersion": "No",
          "MFAUsed": "Yes"
        }
      }
    },
    "near-miss-saml.json": {
      "doc": "the second factor is the identity provider's affair",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": {
          "ConsoleLogin": "Success"
        },
        "requestID": "00000000-0000-4000-8000-000000000002",
        "eventID": "10000000-0000-4000-8000-000000000002",
        "readOnly": false,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "additionalEventData": {
          "LoginTo": "https://console.aws.amazon.com/console/home",
          "MobileVersion": "No",
          "MFAUsed": "No",
          "SamlProviderArn": "arn:aws:iam::111122223333:saml-provider/corp"
        }
      }
    },
  },
  "guardduty-disabled": {
    "match-deleted.json": {
      "doc": "the detector deleted",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "guardduty.amazonaws.com",
        "eventName": "DeleteDetector",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "detectorId": "12abc34d567e8fa901bc2d34e56789f0"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000013",
        "eventID": "10000000-0000-4000-8000-000000000013",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-disabled-as-text.json": {
      "doc": "the flag spelled as text",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "guardduty.amazonaws.com",
        "eventName": "UpdateDetector",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "detectorId": "12abc34d567e8fa901bc2d34e56789f0",
          "enable": "false"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000012",
        "eventID": "10000000-0000-4000-8000-000000000012",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-disabled.json": {
      "doc": "the detector disabled",
      "entity": "111122223333 eu-west-1 12abc34d567e8fa901bc2d34e56789f0",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "guardduty.amazonaws.com",
        "eventName": "UpdateDetector",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "detectorId": "12abc34d567e8fa901bc2d34e56789f0",
          "enable": false
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000012",
        "eventID": "10000000-0000-4000-8000-000000000012",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-denied.json": {
      "doc": "the call was denied",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "guardduty.amazonaws.com",
        "eventName": "DeleteDetector",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "detectorId": "12abc34d567e8fa901bc2d34e56789f0"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000013",
        "eventID": "10000000-0000-4000-8000-000000000013",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "errorCode": "AccessDenied"
      }
    },
    "near-miss-enabled.json": {
      "doc": "the detector enabled",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "guardduty.amazonaws.com",
        "eventName": "UpdateDetector",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "detectorId": "12abc34d567e8fa901bc2d34e56789f0",
          "enable": true
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000012",
        "eventID": "10000000-0000-4000-8000-000000000012",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-frequency.json": {
      "doc": "only the frequency changed",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "guardduty.amazonaws.com",
        "eventName": "UpdateDetector",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "detectorId": "12abc34d567e8fa901bc2d34e56789f0"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000012",
        "eventID": "10000000-0000-4000-8000-000000000012",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
  },
  "instance-credentials-outside": {
    "match-foreign-address.json": {
      "doc": "a public address that is not ours",
      "lists": {
        "egress_addresses": ["203.0.113.0/28"]
      },
      "entity": "111122223333 arn:aws:sts::111122223333:assumed-role/WebServer/i-0123456789abcdef0",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:i-0123456789abcdef0",
          "arn": "arn:aws:sts::111122223333:assumed-role/WebServer/i-0123456789abcdef0",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/WebServer",
              "accountId": "111122223333",
              "userName": "WebServer"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            },
            "ec2RoleDelivery": "2.0"
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.77",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000028",
        "eventID": "10000000-0000-4000-8000-000000000028",
        "readOnly": true,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-ipv6.json": {
      "doc": "a public IPv6 address",
      "lists": {
        "egress_addresses": ["203.0.113.0/28"]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:i-0123456789abcdef0",
          "arn": "arn:aws:sts::111122223333:assumed-role/WebServer/i-0123456789abcdef0",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/WebServer",
              "accountId": "111122223333",
              "userName": "WebServer"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            },
            "ec2RoleDelivery": "2.0"
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "2001:db8::7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000028",
        "eventID": "10000000-0000-4000-8000-000000000028",
        "readOnly": true,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-without-egress.json": {
      "doc": "without a list every public address counts as outside",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:i-0123456789abcdef0",
          "arn": "arn:aws:sts::111122223333:assumed-role/WebServer/i-0123456789abcdef0",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/WebServer",
              "accountId": "111122223333",
              "userName": "WebServer"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            },
            "ec2RoleDelivery": "2.0"
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.77",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000028",
        "eventID": "10000000-0000-4000-8000-000000000028",
        "readOnly": true,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-egress.json": {
      "doc": "our own egress address",
      "lists": {
        "egress_addresses": ["203.0.113.0/28"]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:i-0123456789abcdef0",
          "arn": "arn:aws:sts::111122223333:assumed-role/WebServer/i-0123456789abcdef0",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/WebServer",
              "accountId": "111122223333",
              "userName": "WebServer"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            },
            "ec2RoleDelivery": "2.0"
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.5",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000028",
        "eventID": "10000000-0000-4000-8000-000000000028",
        "readOnly": true,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-person.json": {
      "doc": "a person's session",
      "lists": {
        "egress_addresses": ["203.0.113.0/28"]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:i-0123456789abcdef0",
          "arn": "arn:aws:sts::111122223333:assumed-role/WebServer/alice",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/WebServer",
              "accountId": "111122223333",
              "userName": "WebServer"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            },
            "ec2RoleDelivery": "2.0"
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.77",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000028",
        "eventID": "10000000-0000-4000-8000-000000000028",
        "readOnly": true,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-private.json": {
      "doc": "a private address",
      "lists": {
        "egress_addresses": ["203.0.113.0/28"]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:i-0123456789abcdef0",
          "arn": "arn:aws:sts::111122223333:assumed-role/WebServer/i-0123456789abcdef0",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/WebServer",
              "accountId": "111122223333",
              "userName": "WebServer"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            },
            "ec2RoleDelivery": "2.0"
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "10.20.30.40",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000028",
        "eventID": "10000000-0000-4000-8000-000000000028",
        "readOnly": true,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-service-name.json": {
      "doc": "no address at all",
      "lists": {
        "egress_addresses": ["203.0.113.0/28"]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:i-0123456789abcdef0",
          "arn": "arn:aws:sts::111122223333:assumed-role/WebServer/i-0123456789abcdef0",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/WebServer",
              "accountId": "111122223333",
              "userName": "WebServer"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            },
            "ec2RoleDelivery": "2.0"
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "ec2.amazonaws.com",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000028",
        "eventID": "10000000-0000-4000-8000-000000000028",
        "readOnly": true,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-service.json": {
      "doc": "an AWS service on the instance's behalf",
      "lists": {
        "egress_addresses": ["203.0.113.0/28"]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:i-0123456789abcdef0",
          "arn": "arn:aws:sts::111122223333:assumed-role/WebServer/i-0123456789abcdef0",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/WebServer",
              "accountId": "111122223333",
              "userName": "WebServer"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            },
            "ec2RoleDelivery": "2.0"
          },
          "invokedBy": "cloudformation.amazonaws.com"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.77",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000028",
        "eventID": "10000000-0000-4000-8000-000000000028",
        "readOnly": true,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
  },
  "kms-key-deletion-scheduled": {
    "match-disabled.json": {
      "doc": "the key disabled",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "kms.amazonaws.com",
        "eventName": "DisableKey",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "keyId": "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555"
        },
        "responseElements": null,
        "requestID": "00000000-0000-4000-8000-000000000027",
        "eventID": "10000000-0000-4000-8000-000000000027",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-scheduled.json": {
      "doc": "deletion in seven days",
      "entity": "111122223333 arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "kms.amazonaws.com",
        "eventName": "ScheduleKeyDeletion",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "keyId": "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555",
          "pendingWindowInDays": 7
        },
        "responseElements": {
          "keyId": "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555",
          "keyState": "PendingDeletion"
        },
        "requestID": "00000000-0000-4000-8000-000000000026",
        "eventID": "10000000-0000-4000-8000-000000000026",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-cancelled.json": {
      "doc": "deletion cancelled",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "kms.amazonaws.com",
        "eventName": "CancelKeyDeletion",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "keyId": "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555",
          "pendingWindowInDays": 7
        },
        "responseElements": {
          "keyId": "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555",
          "keyState": "PendingDeletion"
        },
        "requestID": "00000000-0000-4000-8000-000000000026",
        "eventID": "10000000-0000-4000-8000-000000000026",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-denied.json": {
      "doc": "the call was denied",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "kms.amazonaws.com",
        "eventName": "ScheduleKeyDeletion",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "keyId": "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555",
          "pendingWindowInDays": 7
        },
        "responseElements": {
          "keyId": "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555",
          "keyState": "PendingDeletion"
        },
        "requestID": "00000000-0000-4000-8000-000000000026",
        "eventID": "10000000-0000-4000-8000-000000000026",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "errorCode": "AccessDenied"
      }
    },
  },
  "root-console-login": {
    "match-success.json": {
      "doc": "root signed in, with MFA",
      "entity": "111122223333 arn:aws:iam::111122223333:root",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "Root",
          "principalId": "111122223333",
          "arn": "arn:aws:iam::111122223333:root",
          "accountId": "111122223333",
          "accessKeyId": ""
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": {
          "ConsoleLogin": "Success"
        },
        "requestID": "00000000-0000-4000-8000-000000000001",
        "eventID": "10000000-0000-4000-8000-000000000001",
        "readOnly": false,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "additionalEventData": {
          "LoginTo": "https://console.aws.amazon.com/console/home",
          "MobileVersion": "No",
          "MFAUsed": "Yes"
        }
      }
    },
    "near-miss-failed.json": {
      "doc": "the sign-in failed",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "Root",
          "principalId": "111122223333",
          "arn": "arn:aws:iam::111122223333:root",
          "accountId": "111122223333",
          "accessKeyId": ""
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": {
          "ConsoleLogin": "Failure"
        },
        "requestID": "00000000-0000-4000-8000-000000000001",
        "eventID": "10000000-0000-4000-8000-000000000001",
        "readOnly": false,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "additionalEventData": {
          "LoginTo": "https://console.aws.amazon.com/console/home",
          "MobileVersion": "No",
          "MFAUsed": "Yes"
        }
      }
    },
    "near-miss-user.json": {
      "doc": "an IAM user, not root",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "111122223333",
          "arn": "arn:aws:iam::111122223333:root",
          "accountId": "111122223333",
          "accessKeyId": ""
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "signin.amazonaws.com",
        "eventName": "ConsoleLogin",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": null,
        "responseElements": {
          "ConsoleLogin": "Success"
        },
        "requestID": "00000000-0000-4000-8000-000000000001",
        "eventID": "10000000-0000-4000-8000-000000000001",
        "readOnly": false,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "additionalEventData": {
          "LoginTo": "https://console.aws.amazon.com/console/home",
          "MobileVersion": "No",
          "MFAUsed": "Yes"
        }
      }
    },
  },
  "security-group-opened": {
    "match-all-traffic.json": {
      "doc": "all protocols",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "groupId": "sg-0123456789abcdef0",
          "ipPermissions": {
            "items": [
              {
                "ipProtocol": "-1",
                "groups": {},
                "ipRanges": {
                  "items": [
                    {
                      "cidrIp": "0.0.0.0/0"
                    }
                  ]
                },
                "ipv6Ranges": {},
                "prefixListIds": {}
              }
            ]
          }
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000021",
        "eventID": "10000000-0000-4000-8000-000000000021",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-halves.json": {
      "doc": "the world in two halves",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "groupId": "sg-0123456789abcdef0",
          "ipPermissions": {
            "items": [
              {
                "ipProtocol": "tcp",
                "groups": {},
                "ipRanges": {
                  "items": [
                    {
                      "cidrIp": "0.0.0.0/1"
                    },
                    {
                      "cidrIp": "128.0.0.0/1"
                    }
                  ]
                },
                "ipv6Ranges": {},
                "prefixListIds": {},
                "fromPort": 22,
                "toPort": 22
              }
            ]
          }
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000021",
        "eventID": "10000000-0000-4000-8000-000000000021",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-modified.json": {
      "doc": "a rule changed to the world",
      "entity": "111122223333 sg-0123456789abcdef0",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifySecurityGroupRules",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "ModifySecurityGroupRulesRequest": {
            "GroupId": "sg-0123456789abcdef0",
            "SecurityGroupRule": {
              "tag": 1,
              "SecurityGroupRuleId": "sgr-0123456789abcdef0",
              "SecurityGroupRule": {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "CidrIpv4": "0.0.0.0/0"
              }
            }
          }
        },
        "responseElements": {
          "ModifySecurityGroupRulesResponse": {
            "return": true
          }
        },
        "requestID": "00000000-0000-4000-8000-000000000022",
        "eventID": "10000000-0000-4000-8000-000000000022",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-ports-as-text.json": {
      "doc": "ports spelled as text",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "groupId": "sg-0123456789abcdef0",
          "ipPermissions": {
            "items": [
              {
                "ipProtocol": "tcp",
                "groups": {},
                "ipRanges": {
                  "items": [
                    {
                      "cidrIp": "0.0.0.0/0"
                    }
                  ]
                },
                "ipv6Ranges": {},
                "prefixListIds": {},
                "fromPort": "22",
                "toPort": "22"
              }
            ]
          }
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000021",
        "eventID": "10000000-0000-4000-8000-000000000021",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-range.json": {
      "doc": "a range that covers MySQL",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "groupId": "sg-0123456789abcdef0",
          "ipPermissions": {
            "items": [
              {
                "ipProtocol": "tcp",
                "groups": {},
                "ipRanges": {
                  "items": [
                    {
                      "cidrIp": "0.0.0.0/0"
                    }
                  ]
                },
                "ipv6Ranges": {},
                "prefixListIds": {},
                "fromPort": 3000,
                "toPort": 4000
              }
            ]
          }
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000021",
        "eventID": "10000000-0000-4000-8000-000000000021",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-rdp-v6.json": {
      "doc": "RDP from everywhere, IPv6",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "groupId": "sg-0123456789abcdef0",
          "ipPermissions": {
            "items": [
              {
                "ipProtocol": "tcp",
                "groups": {},
                "ipRanges": {},
                "ipv6Ranges": {
                  "items": [
                    {
                      "cidrIpv6": "::/0"
                    }
                  ]
                },
                "prefixListIds": {},
                "fromPort": 3389,
                "toPort": 3389
              }
            ]
          }
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000021",
        "eventID": "10000000-0000-4000-8000-000000000021",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-ssh.json": {
      "doc": "SSH from everywhere",
      "entity": "111122223333 sg-0123456789abcdef0",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "groupId": "sg-0123456789abcdef0",
          "ipPermissions": {
            "items": [
              {
                "ipProtocol": "tcp",
                "groups": {},
                "ipRanges": {
                  "items": [
                    {
                      "cidrIp": "0.0.0.0/0"
                    }
                  ]
                },
                "ipv6Ranges": {},
                "prefixListIds": {},
                "fromPort": 22,
                "toPort": 22
              }
            ]
          }
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000021",
        "eventID": "10000000-0000-4000-8000-000000000021",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-wide-range.json": {
      "doc": "a range that begins with SSH",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "groupId": "sg-0123456789abcdef0",
          "ipPermissions": {
            "items": [
              {
                "ipProtocol": "tcp",
                "groups": {},
                "ipRanges": {
                  "items": [
                    {
                      "cidrIp": "0.0.0.0/0"
                    }
                  ]
                },
                "ipv6Ranges": {},
                "prefixListIds": {},
                "fromPort": 22,
                "toPort": 443
              }
            ]
          }
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000021",
        "eventID": "10000000-0000-4000-8000-000000000021",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-denied.json": {
      "doc": "the call was denied",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "groupId": "sg-0123456789abcdef0",
          "ipPermissions": {
            "items": [
              {
                "ipProtocol": "tcp",
                "groups": {},
                "ipRanges": {
                  "items": [
                    {
                      "cidrIp": "0.0.0.0/0"
                    }
                  ]
                },
                "ipv6Ranges": {},
                "prefixListIds": {},
                "fromPort": 22,
                "toPort": 22
              }
            ]
          }
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000021",
        "eventID": "10000000-0000-4000-8000-000000000021",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "errorCode": "Client.UnauthorizedOperation"
      }
    },
    "near-miss-https.json": {
      "doc": "HTTPS from everywhere",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "groupId": "sg-0123456789abcdef0",
          "ipPermissions": {
            "items": [
              {
                "ipProtocol": "tcp",
                "groups": {},
                "ipRanges": {
                  "items": [
                    {
                      "cidrIp": "0.0.0.0/0"
                    }
                  ]
                },
                "ipv6Ranges": {},
                "prefixListIds": {},
                "fromPort": 443,
                "toPort": 443
              }
            ]
          }
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000021",
        "eventID": "10000000-0000-4000-8000-000000000021",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-icmp.json": {
      "doc": "ICMP from everywhere",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "groupId": "sg-0123456789abcdef0",
          "ipPermissions": {
            "items": [
              {
                "ipProtocol": "icmp",
                "groups": {},
                "ipRanges": {
                  "items": [
                    {
                      "cidrIp": "0.0.0.0/0"
                    }
                  ]
                },
                "ipv6Ranges": {},
                "prefixListIds": {},
                "fromPort": 22,
                "toPort": 22
              }
            ]
          }
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000021",
        "eventID": "10000000-0000-4000-8000-000000000021",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-modified-network.json": {
      "doc": "a rule changed to one network",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifySecurityGroupRules",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "ModifySecurityGroupRulesRequest": {
            "GroupId": "sg-0123456789abcdef0",
            "SecurityGroupRule": {
              "tag": 1,
              "SecurityGroupRuleId": "sgr-0123456789abcdef0",
              "SecurityGroupRule": {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "CidrIpv4": "203.0.113.0/24"
              }
            }
          }
        },
        "responseElements": {
          "ModifySecurityGroupRulesResponse": {
            "return": true
          }
        },
        "requestID": "00000000-0000-4000-8000-000000000022",
        "eventID": "10000000-0000-4000-8000-000000000022",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-one-network.json": {
      "doc": "SSH from one network",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "groupId": "sg-0123456789abcdef0",
          "ipPermissions": {
            "items": [
              {
                "ipProtocol": "tcp",
                "groups": {},
                "ipRanges": {
                  "items": [
                    {
                      "cidrIp": "203.0.113.0/24"
                    }
                  ]
                },
                "ipv6Ranges": {},
                "prefixListIds": {},
                "fromPort": 22,
                "toPort": 22
              }
            ]
          }
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000021",
        "eventID": "10000000-0000-4000-8000-000000000021",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-two-rules.json": {
      "doc": "the port and the world in different rules",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "AssumedRole",
          "principalId": "AROAEXAMPLE0000000001:pipeline",
          "arn": "arn:aws:sts::111122223333:assumed-role/Deploy/pipeline",
          "accountId": "111122223333",
          "accessKeyId": "ASIAEXAMPLE000000001",
          "sessionContext": {
            "sessionIssuer": {
              "type": "Role",
              "principalId": "AROAEXAMPLE0000000001",
              "arn": "arn:aws:iam::111122223333:role/Deploy",
              "accountId": "111122223333",
              "userName": "Deploy"
            },
            "attributes": {
              "creationDate": "2026-03-02T09:00:00Z",
              "mfaAuthenticated": "false"
            }
          }
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AuthorizeSecurityGroupIngress",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "groupId": "sg-0123456789abcdef0",
          "ipPermissions": {
            "items": [
              {
                "ipProtocol": "tcp",
                "groups": {},
                "ipRanges": {
                  "items": [
                    {
                      "cidrIp": "203.0.113.0/24"
                    }
                  ]
                },
                "ipv6Ranges": {},
                "prefixListIds": {},
                "fromPort": 22,
                "toPort": 22
              },
              {
                "ipProtocol": "tcp",
                "groups": {},
                "ipRanges": {
                  "items": [
                    {
                      "cidrIp": "0.0.0.0/0"
                    }
                  ]
                },
                "ipv6Ranges": {},
                "prefixListIds": {},
                "fromPort": 443,
                "toPort": 443
              }
            ]
          }
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000021",
        "eventID": "10000000-0000-4000-8000-000000000021",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
  },
  "snapshot-shared-outside": {
    "match-added-and-removed.json": {
      "doc": "one account added, another taken away",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifySnapshotAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "snapshotId": "snap-0123456789abcdef0",
          "createVolumePermission": {
            "add": {
              "items": [
                {
                  "userId": "999988887777"
                }
              ]
            },
            "remove": {
              "items": [
                {
                  "userId": "222233334444"
                }
              ]
            }
          },
          "attributeType": "CREATE_VOLUME_PERMISSION"
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000023",
        "eventID": "10000000-0000-4000-8000-000000000023",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-database.json": {
      "doc": "a database snapshot for an account that is not ours",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "entity": "111122223333 orders",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "rds.amazonaws.com",
        "eventName": "ModifyDBSnapshotAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "dBSnapshotIdentifier": "orders",
          "attributeName": "restore",
          "valuesToAdd": ["999988887777"]
        },
        "responseElements": {},
        "requestID": "00000000-0000-4000-8000-000000000025",
        "eventID": "10000000-0000-4000-8000-000000000025",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-everyone.json": {
      "doc": "a snapshot for everyone",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifySnapshotAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "snapshotId": "snap-0123456789abcdef0",
          "createVolumePermission": {
            "add": {
              "items": [
                {
                  "group": "all"
                }
              ]
            }
          },
          "attributeType": "CREATE_VOLUME_PERMISSION"
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000023",
        "eventID": "10000000-0000-4000-8000-000000000023",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-foreign-account.json": {
      "doc": "a snapshot for an account that is not ours",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "entity": "111122223333 snap-0123456789abcdef0",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifySnapshotAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "snapshotId": "snap-0123456789abcdef0",
          "createVolumePermission": {
            "add": {
              "items": [
                {
                  "userId": "999988887777"
                }
              ]
            }
          },
          "attributeType": "CREATE_VOLUME_PERMISSION"
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000023",
        "eventID": "10000000-0000-4000-8000-000000000023",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-image-everyone.json": {
      "doc": "an image for everyone",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "entity": "111122223333 ami-0123456789abcdef0",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifyImageAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "imageId": "ami-0123456789abcdef0",
          "launchPermission": {
            "add": {
              "items": [
                {
                  "group": "all"
                }
              ]
            }
          },
          "attributeType": "launchPermission"
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000024",
        "eventID": "10000000-0000-4000-8000-000000000024",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-image-organization.json": {
      "doc": "an image for another organization",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifyImageAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "imageId": "ami-0123456789abcdef0",
          "launchPermission": {
            "add": {
              "items": [
                {
                  "organizationArn": "arn:aws:organizations::999988887777:organization/o-exampleorgid"
                }
              ]
            }
          },
          "attributeType": "launchPermission"
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000024",
        "eventID": "10000000-0000-4000-8000-000000000024",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "match-without-accounts.json": {
      "doc": "without a list every other account counts as outside",
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifySnapshotAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "snapshotId": "snap-0123456789abcdef0",
          "createVolumePermission": {
            "add": {
              "items": [
                {
                  "userId": "222233334444"
                }
              ]
            }
          },
          "attributeType": "CREATE_VOLUME_PERMISSION"
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000023",
        "eventID": "10000000-0000-4000-8000-000000000023",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-database-our-account.json": {
      "doc": "another account of ours",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "rds.amazonaws.com",
        "eventName": "ModifyDBSnapshotAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "dBSnapshotIdentifier": "orders",
          "attributeName": "restore",
          "valuesToAdd": ["222233334444"]
        },
        "responseElements": {},
        "requestID": "00000000-0000-4000-8000-000000000025",
        "eventID": "10000000-0000-4000-8000-000000000025",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-database-removed.json": {
      "doc": "nothing added",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "rds.amazonaws.com",
        "eventName": "ModifyDBSnapshotAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "dBSnapshotIdentifier": "orders",
          "attributeName": "restore"
        },
        "responseElements": {},
        "requestID": "00000000-0000-4000-8000-000000000025",
        "eventID": "10000000-0000-4000-8000-000000000025",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-denied.json": {
      "doc": "the call was denied",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifySnapshotAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "snapshotId": "snap-0123456789abcdef0",
          "createVolumePermission": {
            "add": {
              "items": [
                {
                  "userId": "999988887777"
                }
              ]
            }
          },
          "attributeType": "CREATE_VOLUME_PERMISSION"
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000023",
        "eventID": "10000000-0000-4000-8000-000000000023",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "errorCode": "Client.UnauthorizedOperation"
      }
    },
    "near-miss-image-own-organization.json": {
      "doc": "an image for our organization",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifyImageAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "imageId": "ami-0123456789abcdef0",
          "launchPermission": {
            "add": {
              "items": [
                {
                  "organizationArn": "arn:aws:organizations::222233334444:organization/o-exampleorgid"
                }
              ]
            }
          },
          "attributeType": "launchPermission"
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000024",
        "eventID": "10000000-0000-4000-8000-000000000024",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-our-account.json": {
      "doc": "another account of ours",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifySnapshotAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "snapshotId": "snap-0123456789abcdef0",
          "createVolumePermission": {
            "add": {
              "items": [
                {
                  "userId": "222233334444"
                }
              ]
            }
          },
          "attributeType": "CREATE_VOLUME_PERMISSION"
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000023",
        "eventID": "10000000-0000-4000-8000-000000000023",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
    "near-miss-removed.json": {
      "doc": "only taken away",
      "lists": {
        "accounts": [
          {
            "id": "111122223333",
            "name": "prod"
          },
          {
            "id": "222233334444",
            "name": "data"
          }
        ]
      },
      "record": {
        "eventVersion": "1.11",
        "userIdentity": {
          "type": "IAMUser",
          "principalId": "AIDAEXAMPLEALICE0000",
          "arn": "arn:aws:iam::111122223333:user/alice",
          "accountId": "111122223333",
          "accessKeyId": "AKIAEXAMPLE000000001",
          "userName": "alice"
        },
        "eventTime": "2026-03-02T10:15:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "ModifySnapshotAttribute",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.15.0",
        "requestParameters": {
          "snapshotId": "snap-0123456789abcdef0",
          "createVolumePermission": {
            "remove": {
              "items": [
                {
                  "userId": "222233334444"
                }
              ]
            }
          },
          "attributeType": "CREATE_VOLUME_PERMISSION"
        },
        "responseElements": {
          "_return": true
        },
        "requestID": "00000000-0000-4000-8000-000000000023",
        "eventID": "10000000-0000-4000-8000-000000000023",
        "readOnly": false,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management"
      }
    },
  },
};

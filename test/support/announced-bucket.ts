import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

/** A bucket whose events go to a queue with dead letters, as a logging account has them. */
export interface AnnouncedBucket extends Disposable {
  readonly bucket: string;
  readonly queueUrl: string;
  readonly deadLettersUrl: string;
  put(key: string, body: Uint8Array | string): Promise<void>;
  /** One more message, whatever it says. */
  send(body: string): Promise<void>;
  /** Messages in the queue, held ones included. */
  waiting(): Promise<number>;
  /** Bodies of the dead letters. */
  deadLetters(): Promise<readonly string[]>;
}

/** Makes them on a server that stands in for S3 and SQS. */
export async function announcedBucket(endpoint: string, name: string, maxReceives = 5): Promise<AnnouncedBucket> {
  const s3 = new S3Client({ endpoint, forcePathStyle: true });
  const sqs = new SQSClient({ endpoint });
  const makeQueue = async (QueueName: string, Attributes: Record<string, string> = {}) => {
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    const found = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    return { url: QueueUrl, arn: found.Attributes?.["QueueArn"] ?? "" };
  };
  const dead = await makeQueue(`${name}-dead`);
  const policy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: maxReceives });
  const queue = await makeQueue(name, { RedrivePolicy: policy });
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  const QueueConfigurations = [{ QueueArn: queue.arn, Events: ["s3:ObjectCreated:*" as const] }];
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: name,
      NotificationConfiguration: { QueueConfigurations },
    }),
  );
  const countOf = async (QueueUrl: string) => {
    const AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
    );
    return AttributeNames.reduce((sum, each) => sum + Number(Attributes[each] ?? 0), 0);
  };
  return {
    bucket: name,
    queueUrl: queue.url,
    deadLettersUrl: dead.url,
    put: async (Key, Body) => void (await s3.send(new PutObjectCommand({ Bucket: name, Key, Body }))),
    send: async (MessageBody) => void (await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody }))),
    waiting: () => countOf(queue.url),
    deadLetters: async () => {
      const bodies: string[] = [];
      for (;;) {
        const receive = new ReceiveMessageCommand({
          QueueUrl: dead.url,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 60,
        });
        const { Messages = [] } = await sqs.send(receive);
        if (Messages.length === 0) return bodies;
        bodies.push(...Messages.map(({ Body = "" }) => Body));
      }
    },
    [Symbol.dispose]: () => {
      s3.destroy();
      sqs.destroy();
    },
  };
}

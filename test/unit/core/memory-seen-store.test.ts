import { memorySeenStore } from "../../../core/memory-seen-store.ts";
import { describeSeenStore } from "../../support/seen-store-conformance.ts";

describeSeenStore(async () => {
  const store = memorySeenStore();
  return { store, lose: async () => store.lose(), [Symbol.asyncDispose]: async () => undefined };
});

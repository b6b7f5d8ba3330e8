import { expect, test } from "vitest";
import { parseDetectionLists } from "../../../analyzers/detection-lists.ts";

test("default: networks and accounts, ids with their zeros", () => {
  const text = "egress_addresses: [203.0.113.0/28, 2001:db8::/48]\naccounts:\n  - { id: 011122223333, name: prod }\n";
  expect(parseDetectionLists("logkeep.yaml", text)).toEqual({
    egressAddresses: ["203.0.113.0/28", "2001:db8::/48"],
    accounts: [{ id: "011122223333", name: "prod" }],
  });
});

test("behavior: what is not given is null, what is empty is empty", () => {
  expect(parseDetectionLists("f", "")).toEqual({ egressAddresses: null, accounts: null });
  expect(parseDetectionLists("f", "egress_addresses: []\n")).toEqual({ egressAddresses: [], accounts: null });
});

test("error: every fault with its place", () => {
  const faultsOf = (text: string): unknown => {
    try {
      return parseDetectionLists("f", text);
    } catch (thrown) {
      return thrown;
    }
  };
  expect(faultsOf("egress_addresses: [10.0.0.0/99]\naccounts: [{ id: '12', name: x }]\nacounts: []\n")).toMatchObject({
    code: "cli.usage",
    facts: {
      "egress_addresses.0": "must be an address or a network such as 203.0.113.0/24",
      "accounts.0.id": "must be 12 digits",
    },
  });
  for (const text of ["a: [", "- x", "x", "accounts: &a [*a]\n", "[".repeat(50_000)]) {
    expect(faultsOf(text), text.slice(0, 20)).toMatchObject({ code: "cli.usage" });
  }
});

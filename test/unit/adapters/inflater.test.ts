import { loadInflater } from "../../../adapters/inflater.ts";
import { describeInflater } from "../../support/inflater-conformance.ts";

describeInflater("node:zlib", loadInflater);

import { expect, test } from "vitest";
import { testApp } from "./runner.js";

testApp(test, expect);

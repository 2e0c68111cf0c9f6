import { expect, test } from "@jest/globals";
import { testApp } from "./runner.js";

testApp(test, expect);

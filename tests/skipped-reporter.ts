/** Ends a test run with what was skipped and why, and one line of counts that any CI can read. */
import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === "skipped");
    if (skipped.length > 0) console.log(`\nSkipped:\n${skipped.map(describeSkipped).join("\n")}`);
    const failed = tests.filter((test) => test.result().state === "failed").length;
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = suites.filter((suite) => suite.errors().length > 0).length + unhandledErrors.length;
    const passed = tests.filter((test) => test.result().state === "passed").length;
    const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
    console.log(`\n${passed} passed, ${failed + broken} failed${tail}`);
  }
}

function describeSkipped(test: TestCase): string {
  const result = test.result();
  const reason = (result.state === "skipped" && result.note) || "no reason given";
  return `  ${test.module.relativeModuleId} > ${test.fullName}\n    ${reason}`;
}

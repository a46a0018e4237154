/** Runs a program in a process of its own, so that it shares neither the event loop nor the memory of this one. */
import { fork } from "node:child_process";

/** Sends `order` to the program and resolves with what it reports. */
export function inOwnProcess<Order extends object, Report>(program: URL, order: Order): Promise<Report> {
  const { promise, resolve, reject } = Promise.withResolvers<Report>();
  const child = fork(program, { execArgv: ["--conditions=@foldstream/source"] });
  child.once("message", (report) => resolve(report as Report));
  child.once("error", reject);
  child.once("exit", (code, signal) =>
    reject(new Error(`${program.pathname} ended (${code ?? signal}) without a report; what it printed stands above.`)),
  );
  child.send(order);
  return promise;
}

/** The program's side: one order, one report, the end. */
export function answerOrder<Order, Report extends object>(work: (order: Order) => Promise<Report>): void {
  process.once("message", async (order) => {
    const report = await work(order as Order);
    process.send?.(report, () => process.disconnect());
  });
}

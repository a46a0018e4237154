/** The URL of the app itself. Who may do what is for the app to say (`authenticate`). */
import { functionId } from "./functions.ts";
import { accepted, attribute, type Resources, ref } from "./template.ts";

const byTheApp = {
  Accepted: [accepted("Callers are authenticated by the app, not by IAM.", "CT.LAMBDA.PR.2", "CT.LAMBDA.PR.5")],
};

/** Since October 2025 a URL needs both permissions (AWS Lambda Developer Guide, "Control access to Lambda function URLs"). */
export function functionUrl(): Resources {
  const http = ref(functionId("http"));
  const anyone = { FunctionName: http, Principal: "*" };
  return {
    HttpUrl: {
      Type: "AWS::Lambda::Url",
      Properties: { TargetFunctionArn: attribute(functionId("http"), "Arn"), AuthType: "NONE" },
      Metadata: byTheApp,
    },
    HttpUrlPermission: {
      Type: "AWS::Lambda::Permission",
      Properties: { ...anyone, Action: "lambda:InvokeFunctionUrl", FunctionUrlAuthType: "NONE" },
      Metadata: byTheApp,
    },
    HttpInvokePermission: {
      Type: "AWS::Lambda::Permission",
      Properties: { ...anyone, Action: "lambda:InvokeFunction", InvokedViaFunctionUrl: true },
      Metadata: byTheApp,
    },
  };
}

/** The URL of the app itself. Who may do what is for the app to say (`authenticate`). */
import { functionId } from "./functions.ts";
import { attribute, type Resources, ref } from "./template.ts";

/** Since October 2025 a URL needs both permissions (AWS Lambda Developer Guide, "Control access to Lambda function URLs"). */
export function functionUrl(): Resources {
  const http = ref(functionId("http"));
  const anyone = { FunctionName: http, Principal: "*" };
  return {
    HttpUrl: {
      Type: "AWS::Lambda::Url",
      Properties: { TargetFunctionArn: attribute(functionId("http"), "Arn"), AuthType: "NONE" },
      Metadata: { Why: "Callers are authenticated by the app, not by IAM." },
    },
    HttpUrlPermission: {
      Type: "AWS::Lambda::Permission",
      Properties: { ...anyone, Action: "lambda:InvokeFunctionUrl", FunctionUrlAuthType: "NONE" },
    },
    HttpInvokePermission: {
      Type: "AWS::Lambda::Permission",
      Properties: { ...anyone, Action: "lambda:InvokeFunction", InvokedViaFunctionUrl: true },
    },
  };
}

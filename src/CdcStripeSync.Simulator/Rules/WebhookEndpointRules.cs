using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Answers;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Webhook endpoints: the secret shows once, in the answer to the create.</summary>
internal sealed class WebhookEndpointRules() : ResourceRules("webhook_endpoints", "/v1/webhook_endpoints", "webhook_endpoint", "webhook endpoint")
{
    public override void Register(IDictionary<string, Handler> operations)
    {
        base.Register(operations);
        operations["DELETE /v1/webhook_endpoints/{webhook_endpoint}"] = Delete;
    }

    protected override JsonObject Build(Execution execution, JsonObject parameters)
    {
        CheckUrl(parameters);
        var endpoint = new JsonObject
        {
            ["id"] = execution.Ids.Next("we_1", 23),
            ["object"] = "webhook_endpoint",
            ["api_version"] = null,
            ["application"] = null,
            ["created"] = execution.Now,
            ["description"] = null,
            ["enabled_events"] = null,
            ["livemode"] = execution.State.LiveMode,
            ["metadata"] = new JsonObject(),
            ["secret"] = execution.Ids.Next("whsec_", 32),
            ["status"] = "enabled",
            ["url"] = null,
        };
        var sent = parameters.DeepClone().AsObject();
        sent.Remove("connect");
        Copy(sent, endpoint);
        return endpoint;
    }

    protected override Answer Create(Execution execution, JsonObject parameters, string[] ids)
    {
        var endpoint = Build(execution, parameters);
        execution.Add(execution.State[Collection], endpoint);
        return new Answer.One(endpoint) { ShowsSecret = true };
    }

    protected override void Change(Execution execution, JsonObject next, JsonObject parameters)
    {
        CheckUrl(parameters);
        var sent = parameters.DeepClone().AsObject();
        if (sent["disabled"] is { } disabled) next["status"] = (bool)disabled ? "disabled" : "enabled";
        sent.Remove("disabled");
        Copy(sent, next);
    }

    private static void CheckUrl(JsonObject parameters)
    {
        if (parameters["url"] is { } url && !(Uri.TryCreate((string)url!, UriKind.Absolute, out var parsed) && parsed.Scheme is ("http" or "https")))
            throw StripeErrorException.Invalid("url_invalid", "Invalid URL: An explicit scheme (such as https) must be provided.", "url");
    }
}

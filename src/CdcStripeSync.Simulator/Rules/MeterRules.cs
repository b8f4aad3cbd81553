using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Answers;
using CdcStripeSync.Simulator.Http;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Billing meters: one active meter an event name; only the display name changes; they are switched off and on, not deleted.</summary>
internal sealed class MeterRules() : ResourceRules("billing.meters", "/v1/billing/meters", "id", "billing meter")
{
    public override void Register(IDictionary<string, Handler> operations)
    {
        base.Register(operations);
        operations["POST /v1/billing/meters/{id}/deactivate"] = (execution, _, ids) => Switch(execution, ids[0], "inactive");
        operations["POST /v1/billing/meters/{id}/reactivate"] = (execution, _, ids) => Switch(execution, ids[0], "active");
    }

    protected override JsonObject Build(Execution execution, JsonObject parameters)
    {
        Free(execution, (string)parameters["event_name"]!, null);
        return new JsonObject
        {
            ["id"] = execution.Ids.Next("mtr_test_", 32),
            ["object"] = "billing.meter",
            ["created"] = execution.Now,
            ["customer_mapping"] = parameters["customer_mapping"]?.DeepClone()
                ?? new JsonObject { ["event_payload_key"] = "stripe_customer_id", ["type"] = "by_id" },
            ["default_aggregation"] = parameters["default_aggregation"]!.DeepClone(),
            ["display_name"] = parameters["display_name"]!.DeepClone(),
            ["event_name"] = parameters["event_name"]!.DeepClone(),
            ["event_time_window"] = parameters["event_time_window"]?.DeepClone(),
            ["livemode"] = execution.State.LiveMode,
            ["status"] = "active",
            ["status_transitions"] = new JsonObject { ["deactivated_at"] = null },
            ["updated"] = execution.Now,
            ["value_settings"] = parameters["value_settings"]?.DeepClone() ?? new JsonObject { ["event_payload_key"] = "value" },
        };
    }

    private Answer.One Switch(Execution execution, string id, string status)
    {
        var entry = Find(execution.State, id);
        if ((string?)entry.Json["status"] == status)
            throw StripeErrorException.Invalid(null, $"The meter '{id}' is already {status}.");
        if (status == "active") Free(execution, (string)entry.Json["event_name"]!, id);
        var next = entry.Json.DeepClone().AsObject();
        next["status"] = status;
        next["status_transitions"] = new JsonObject { ["deactivated_at"] = status == "active" ? null : execution.Now };
        execution.Replace(execution.State[Collection], entry, next);
        return new Answer.One(entry.Json);
    }

    private void Free(Execution execution, string eventName, string? except)
    {
        if (execution.State[Collection].With("event_name", eventName).Any(e => e.Id != except && (string?)e.Json["status"] == "active"))
            throw StripeErrorException.Invalid(null, $"An active meter already uses the event name '{eventName}'.", "event_name");
    }
}

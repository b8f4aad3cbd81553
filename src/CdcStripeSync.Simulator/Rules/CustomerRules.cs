using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Answers;
using CdcStripeSync.Simulator.Http;
using CdcStripeSync.Simulator.State;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>Customers: nothing is required, no id is chosen, an email may stand in many; a deleted one still answers.</summary>
internal sealed class CustomerRules() : ResourceRules("customers", "/v1/customers", "customer", "customer")
{
    /// <summary>Parameters that act on other objects, or that only steer the request.</summary>
    private static readonly string[] NotFields = ["cash_balance", "payment_method", "source", "tax", "tax_id_data", "validate"];

    public override void Register(IDictionary<string, Handler> operations)
    {
        base.Register(operations);
        operations["DELETE /v1/customers/{customer}"] = Delete;
    }

    protected override JsonObject Build(Execution execution, JsonObject parameters)
    {
        var customer = new JsonObject
        {
            ["id"] = execution.Ids.Next("cus_", 14),
            ["object"] = "customer",
            ["address"] = null,
            ["balance"] = 0,
            ["created"] = execution.Now,
            ["currency"] = null,
            ["default_source"] = null,
            ["delinquent"] = false,
            ["description"] = null,
            ["discount"] = null,
            ["email"] = null,
            ["invoice_prefix"] = execution.Ids.Next("", 8).ToUpperInvariant(),
            ["invoice_settings"] = new JsonObject
            {
                ["custom_fields"] = null,
                ["default_payment_method"] = null,
                ["footer"] = null,
                ["rendering_options"] = null,
            },
            ["livemode"] = execution.State.LiveMode,
            ["metadata"] = new JsonObject(),
            ["name"] = null,
            ["next_invoice_sequence"] = 1,
            ["phone"] = null,
            ["preferred_locales"] = new JsonArray(),
            ["shipping"] = null,
            ["tax_exempt"] = "none",
            ["test_clock"] = null,
        };
        Change(execution, customer, parameters);
        return customer;
    }

    protected override void Change(Execution execution, JsonObject next, JsonObject parameters)
    {
        if (Value<string>(parameters, "email") is { } email && !LooksLikeEmail(email))
            throw StripeErrorException.Invalid("email_invalid", $"Invalid email address: {email}", "email");
        var sent = parameters.DeepClone().AsObject();
        foreach (var name in NotFields) sent.Remove(name);
        if (sent["address"] is JsonObject address) sent["address"] = Address(address);
        if (sent["shipping"] is JsonObject shipping)
        {
            sent["shipping"] = new JsonObject
            {
                ["address"] = Address((JsonObject)shipping["address"]!),
                ["name"] = shipping["name"]?.DeepClone(),
                ["phone"] = shipping["phone"]?.DeepClone(),
            };
        }

        if (sent["invoice_settings"] is JsonObject settings)
        {
            var merged = next["invoice_settings"]!.DeepClone().AsObject();
            foreach (var (name, value) in settings) merged[name] = value?.DeepClone();
            sent["invoice_settings"] = merged;
        }

        Copy(sent, next);
        next["tax_exempt"] ??= "none";
    }

    protected override Answer Get(Execution execution, JsonObject parameters, string[] ids) =>
        execution.State.DeletedCustomers.Contains(ids[0])
            ? new Answer.One(new JsonObject { ["id"] = ids[0], ["object"] = "customer", ["deleted"] = true })
            : base.Get(execution, parameters, ids);

    protected override Answer Delete(Execution execution, JsonObject parameters, string[] ids)
    {
        var answer = base.Delete(execution, parameters, ids);
        execution.State.DeletedCustomers.Add(ids[0]);
        return answer;
    }

    private static JsonObject Address(JsonObject sent)
    {
        var address = new JsonObject();
        foreach (var line in (ReadOnlySpan<string>)["city", "country", "line1", "line2", "postal_code", "state"])
            address[line] = sent[line]?.DeepClone();
        return address;
    }

    private static bool LooksLikeEmail(string email)
    {
        var at = email.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < email.Length - 1 && !email.Any(char.IsWhiteSpace);
    }
}

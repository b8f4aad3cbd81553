using System.Text.Json.Nodes;
using CdcStripeSync.Simulator.Answers;
using CdcStripeSync.Simulator.Http;
using CdcStripeSync.Simulator.Lists;
using CdcStripeSync.Simulator.State;

namespace CdcStripeSync.Simulator.Rules;

/// <summary>A few of Stripe's tax codes, which nobody can write.</summary>
internal static class TaxCodes
{
    private static readonly (string Id, string Name, string Description)[] Known =
    [
        ("txcd_99999999", "General - Tangible Goods", "A physical good that can be moved or touched. Also known as tangible personal property."),
        ("txcd_10000000", "General - Electronically Supplied Services", "A service delivered over the internet with minimal human intervention."),
        ("txcd_10103001", "Software as a service (SaaS) - business use", "Software accessed online, used by a business."),
        ("txcd_20030000", "General - Services", "A service that no other code describes."),
        ("txcd_00000000", "Nontaxable", "Any nontaxable good or service."),
    ];

    public static void Register(IDictionary<string, Handler> operations)
    {
        operations["GET /v1/tax_codes"] = (execution, parameters, _) => ListQuery.Run(execution.State["tax_codes"], parameters, "/v1/tax_codes", "tax code");
        operations["GET /v1/tax_codes/{id}"] = (execution, _, ids) => new Answer.One(
            execution.State["tax_codes"].Find(ids[0])?.Json ?? throw StripeErrorException.Missing(404, "tax code", ids[0], "id"));
    }

    public static void Put(ObjectCollection collection)
    {
        foreach (var (id, name, description) in Known)
            collection.Add(new JsonObject { ["id"] = id, ["object"] = "tax_code", ["description"] = description, ["name"] = name });
    }
}

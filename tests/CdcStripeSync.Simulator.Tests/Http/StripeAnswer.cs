using System.Text.Json.Nodes;

namespace CdcStripeSync.Simulator.Tests.Http;

/// <summary>An answer as received.</summary>
public sealed record StripeAnswer(int Status, JsonObject Json, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode? this[string name] => Json[name];

    public string? Code => (string?)Json["error"]?["code"];

    public string? Param => (string?)Json["error"]?["param"];

    public string? Type => (string?)Json["error"]?["type"];

    public string? Message => (string?)Json["error"]?["message"];

    public string Id => (string)Ok()["id"]!;

    public IReadOnlyList<string> DataIds => [.. Ok()["data"]!.AsArray().Select(d => (string)d!["id"]!)];

    public JsonObject Ok()
    {
        Assert.True(Status == 200, $"{Status}: {Json}");
        return Json;
    }

    /// <summary>Asserts an error's status, and each of its parts that is given.</summary>
    public StripeAnswer Refused(int status, string? message = null, string? code = null, string? param = null, string? type = null)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status}: {Json}");
        if (message is not null) Assert.Equal(message, Message);
        if (code is not null) Assert.Equal(code, Code);
        if (param is not null) Assert.Equal(param, Param);
        if (type is not null) Assert.Equal(type, Type);
        return this;
    }
}
